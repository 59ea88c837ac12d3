import { contenders } from "../../../services/lab/contenders.ts";
import type { Absence, CaseResult } from "../../../services/lab/results.ts";
import { CaseCard } from "./case-card.tsx";
import { Charts } from "./charts.tsx";
import { operationTitles } from "./words.ts";

interface ResultsProps {
  readonly verdict: readonly string[];
  readonly absences: readonly Absence[];
  readonly cases: readonly CaseResult[];
}

/** What was measured so far, or all of it: in words, in pictures, case by case. */
export function Results({ verdict, absences, cases }: ResultsProps) {
  const operations = [...new Set(cases.map(({ case: { operation } }) => operation))];
  return (
    <>
      {verdict.length > 0 && (
        <section class="card" aria-labelledby="verdict-title">
          <h2 id="verdict-title">What the numbers say</h2>
          <ul class="verdict">
            {verdict.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </section>
      )}
      {absences.length > 0 && (
        <ul class="fine">
          {absences.map(({ contender, operation, reason }) => (
            <li key={`${contender} ${operation}`}>
              {contenders[contender].title} is left out ({operationTitles[operation]}): {reason}
            </li>
          ))}
        </ul>
      )}
      {operations.map((operation) => (
        <Charts
          key={operation}
          title={operations.length > 1 ? operationTitles[operation] : "Charts"}
          cases={cases.filter((result) => result.case.operation === operation)}
        />
      ))}
      {cases.length > 0 && (
        <section class="cases" aria-labelledby="cases-title">
          <h2 id="cases-title">Case by case</h2>
          {cases.map((result) => (
            <CaseCard key={result.index} result={result} isOpen={result === cases.at(-1)} />
          ))}
        </section>
      )}
    </>
  );
}
