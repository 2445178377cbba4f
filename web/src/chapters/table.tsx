import type { JSX } from "preact";
import { shown, t } from "../words";

export interface Term {
  class: string | null;
  term: string;
  estimate: number | null;
  limit: string | null;
  std_error: number | null;
  statistic: number | null;
  p_value: number | null;
  conf_low: number | null;
  conf_high: number | null;
}

export interface Fit {
  classes: string[];
  reference: string | null;
  n_rows: number;
  converged: boolean;
  iterations: number;
  log_likelihood: number | null;
  null_log_likelihood: number | null;
  cross_entropy: number | null;
  terms: Term[];
  findings: { code: string; message: string; columns: string[] }[];
}

/** The coefficients with their standard errors, as `loglik fit` prints them. */
export function Table({ fit }: { fit: Fit }): JSX.Element {
  const several = fit.classes.length > 2;
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={t("table.title")}>
      <table>
        <caption>{t("table.title")}</caption>
        <thead>
          <tr>
            {several && <th scope="col">{t("table.class")}</th>}
            <th scope="col">{t("table.term")}</th>
            <th scope="col">{t("table.estimate")}</th>
            <th scope="col">{t("table.std_error")}</th>
            <th scope="col">z</th>
            <th scope="col">{t("table.p_value")}</th>
            <th scope="col">{t("table.interval")}</th>
          </tr>
        </thead>
        <tbody>
          {fit.terms.map((each) => (
            <tr key={`${each.class}:${each.term}`}>
              {several && <td>{each.class}</td>}
              <th scope="row">{each.term === "(Intercept)" ? t("table.intercept") : each.term}</th>
              <td>{each.limit && each.estimate === null ? each.limit.replace("-inf", "−∞").replace("+inf", "∞") : shown(each.estimate)}</td>
              <td>{shown(each.std_error, 3)}</td>
              <td>{shown(each.statistic, 3)}</td>
              <td>{each.p_value !== null && each.p_value < 1e-16 ? "< 10⁻¹⁶" : shown(each.p_value, 2)}</td>
              <td>{shown(each.conf_low, 3)} … {shown(each.conf_high, 3)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Findings of a fit, with what to do about them. */
export function Findings({ fit, hints }: { fit: Fit; hints: Record<string, string> }): JSX.Element {
  return (
    <>
      {fit.findings.map((each) => (
        <div key={each.code} class="refusal">
          <p><b class="code">{each.code}</b> {each.message}</p>
          {hints[each.code] && <p>{hints[each.code]}</p>}
        </div>
      ))}
    </>
  );
}
