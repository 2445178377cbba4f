import type { JSX } from "preact";
import { Question } from "../question";
import { Html } from "../words";
import { AtHand } from "./chapter";

/** A chapter of a teacher's course, in the language of the page. */
export interface Taught {
  name: string;
  title: string;
  paragraphs: string[];
  shows: string;
  derivations: string[];
  question: string;
  answers: string[];
  right: number;
  because: string;
}

export function CourseChapter({ chapter, show }: { chapter: Taught; show: (name: string) => JSX.Element }): JSX.Element {
  const [instrument = ""] = chapter.shows.split("?", 1);
  return (
    <>
      {chapter.paragraphs.map((html, i) => <Html key={i} as="p" html={html} />)}
      {instrument && show(instrument)}
      {chapter.right >= 0 && (
        <Question
          key={chapter.name}
          name={`course/${chapter.name}`}
          question={<Html as="p" html={chapter.question} />}
          answers={chapter.answers.map((html, i) => <Html key={i} html={html} />)}
          right={chapter.right}
          because={<Html as="p" html={chapter.because} />}
        />
      )}
      {chapter.derivations.length > 0 && <AtHand names={chapter.derivations} />}
    </>
  );
}
