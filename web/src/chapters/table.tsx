import type { JSX } from "preact";
import { Refusal } from "../controls";
import { t } from "../words";

/** A table of coefficients as the summary of the package has it, in its words. */
export interface Table {
  title: string | null;
  headings: string[];
  rows: string[][];
}

export interface Finding {
  code: string;
  message: string;
  hint: string;
}

export function Tables({ tables }: { tables: readonly Table[] }): JSX.Element {
  return (
    <>
      {tables.map(({ title, headings, rows }, i) => (
        <div key={i} class="wide" tabIndex={0} role="region" aria-label={title ?? t("table.title")}>
          <table>
            <caption>{title ?? t("table.title")}</caption>
            <thead>
              <tr>{headings.map((each) => <th key={each} scope="col">{each}</th>)}</tr>
            </thead>
            <tbody>
              {rows.map(([name, ...cells]) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  {cells.map((each, j) => <td key={j}>{each}</td>)}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ))}
    </>
  );
}

/** Findings of a fit, with what to do about them. */
export const Findings = ({ found }: { found: readonly Finding[] }): JSX.Element => (
  <>{found.map((each) => <Refusal key={each.code} said={each} />)}</>
);
