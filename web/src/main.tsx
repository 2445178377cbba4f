import { type JSX, render } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { address, change, link, linkBack } from "./address";
import { Classes } from "./chapters/classes";
import { CourseChapter, type Taught } from "./chapters/course";
import { CrossEntropy } from "./chapters/cross-entropy";
import { Data } from "./chapters/data";
import { Dice } from "./chapters/dice";
import { Logarithm } from "./chapters/logarithm";
import { Logistic } from "./chapters/logistic";
import { Refusal } from "./controls";
import { type Listed, derivations } from "./derivations/catalogue";
import { Graph } from "./derivations/graph";
import { Walk } from "./derivations/walk";
import { forgetAll, useProgress } from "./progress";
import { Refused, type Refusal as Said, ask, keepToken } from "./server";
import { Signal, useSelected, useSignal } from "./signal";
import { type Key, type Language, language, marked, t } from "./words";

const CHAPTERS = [
  ["logarithm", Logarithm],
  ["dice", Dice],
  ["cross-entropy", CrossEntropy],
  ["logistic", Logistic],
  ["classes", Classes],
  ["data", Data],
] as const;
export type ChapterName = (typeof CHAPTERS)[number][0];

const course = new Signal<Taught[]>([]);
const refused = new Signal<Said | null>(null);

function begin(): void {
  const { values, path } = address.value;
  if (values.token) {
    keepToken(values.token);
    change({ token: null });
    history.replaceState(null, "", link(path, { ...address.value.values }));
  }
  const wanted = values.lang ?? localStorage.getItem("loglik-lab-language") ?? "en";
  language.value = wanted === "ja" ? "ja" : "en";
}

async function load(): Promise<void> {
  document.documentElement.lang = language.value;
  try {
    const words = await ask<{ words: Partial<Record<Key, string>> }>("/api/words");
    marked.value = words.words;
    refused.value = null;
    const start = await ask<{ derivations: Listed[]; course: Taught[] }>("/api/start");
    derivations.value = start.derivations;
    course.value = start.course;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    refused.value = error.said;
  }
}

function App(): JSX.Element {
  const chosen = useSignal(language);
  const path = useSelected(address, (now) => now.path);
  const said = useSignal(refused);
  useSignal(marked);
  const taught = useSignal(course);
  const [kind = "", name = ""] = path.split("/", 2);
  const heading = useRef<HTMLHeadingElement>(null);
  const first = useRef(true);
  const title = titleOf(kind, name, taught);
  useEffect(() => {
    void load();
  }, [chosen]);
  useLayoutEffect(() => {
    document.title = `${title} – loglik`;
    if (!first.current) {
      heading.current?.focus();
      window.scrollTo(0, 0);
    }
    first.current = false;
  }, [path, chosen]);
  return (
    <>
      <a class="skip" href="#content" onClick={(event) => {
        event.preventDefault();
        heading.current?.focus();
      }}>{t("page.skip")}</a>
      <Header />
      <div class="columns">
        <Contents taught={taught} here={path} />
        <main id="content">
          {said && <Lost said={said} />}
          <h1 ref={heading} tabIndex={-1}>{title}</h1>
          <Body kind={kind} name={name} taught={taught} />
        </main>
      </div>
      <footer>
        <p>{t("page.private")}</p>
      </footer>
    </>
  );
}

function titleOf(kind: string, name: string, taught: readonly Taught[]): string {
  if (kind === "course") return taught.find((each) => each.name === name)?.title ?? name;
  if (kind === "derivation") return derivations.value.find((each) => each.name === name)?.title ?? name;
  if (kind === "derivations") return t("derivations.title");
  const known = CHAPTERS.some(([each]) => each === kind) ? (kind as ChapterName) : "logarithm";
  return t(`chapter.${known}`);
}

function Body({ kind, name, taught }: { kind: string; name: string; taught: readonly Taught[] }): JSX.Element {
  if (kind === "course") {
    const found = taught.find((each) => each.name === name);
    return found ? <CourseChapter chapter={found} show={chapter} /> : <></>;
  }
  if (kind === "derivation") return <Walk key={name} name={name} />;
  if (kind === "derivations") return <Graph />;
  const place = Math.max(0, CHAPTERS.findIndex(([each]) => each === kind));
  const next = CHAPTERS[place + 1];
  return (
    <>
      {chapter(CHAPTERS[place]![0])}
      {next && <p class="next"><a href={linkBack(next[0])}>{t("page.next", { title: t(`chapter.${next[0]}`) })}</a></p>}
    </>
  );
}

function chapter(name: string): JSX.Element {
  const Found = CHAPTERS.find(([each]) => each === name)?.[1];
  return Found ? <Found key={name} /> : <></>;
}

function Header(): JSX.Element {
  const chosen = useSignal(language);
  const other: Language = chosen === "en" ? "ja" : "en";
  return (
    <header>
      <a class="name" href="#/logarithm">{t("page.name")}</a>
      <button
        type="button"
        class="quiet"
        lang={other}
        onClick={() => {
          localStorage.setItem("loglik-lab-language", other);
          language.value = other;
          change({ lang: other });
        }}
      >
        {other === "ja" ? "日本語" : "English"}
      </button>
    </header>
  );
}

function Contents({ taught, here }: { taught: readonly Taught[]; here: string }): JSX.Element {
  const progress = useProgress();
  const [open, setOpen] = useState(false);
  const at = here || "logarithm";
  const item = (path: string, title: string, done: boolean): JSX.Element => (
    <li key={path}>
      <a href={linkBack(path)} aria-current={path === at ? "page" : undefined} onClick={() => setOpen(false)}>
        {title}
        {done && <span class="done" aria-label={t("page.done")} role="img">✓</span>}
      </a>
    </li>
  );
  return (
    <nav aria-label={t("page.contents")}>
      <button type="button" class="menu quiet" aria-expanded={open} onClick={() => setOpen(!open)}>{t("page.contents")}</button>
      <div class={open ? "list open" : "list"}>
        {taught.length > 0 && (
          <>
            <h2>{t("page.course")}</h2>
            <ul>{taught.map((each) => item(`course/${each.name}`, each.title, `question:course/${each.name}` in progress))}</ul>
          </>
        )}
        <h2>{t("page.chapters")}</h2>
        <ol>{CHAPTERS.map(([name]) => item(name, t(`chapter.${name}`), `question:${name}` in progress))}</ol>
        <ul>{item("derivations", t("derivations.title"), false)}</ul>
        {Object.keys(progress).length > 0 && (
          <button type="button" class="quiet" onClick={forgetAll}>{t("page.forget")}</button>
        )}
      </div>
    </nav>
  );
}

function Lost({ said }: { said: Said }): JSX.Element {
  return said.code ? <Refusal said={said} /> : <Refusal said={{ code: "", message: t("page.ended"), hint: t("page.start_again") }} />;
}

begin();
render(<App />, document.getElementById("page")!);
