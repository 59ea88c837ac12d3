import { contenders } from "../../../services/lab/contenders.ts";
import type { Absence, CaseResult } from "../../../services/lab/results.ts";
import { CaseCard } from "./case-card.tsx";
import { operationTitles } from "./words.ts";

interface ResultsProps {
  readonly verdict: readonly string[];
  readonly absences: readonly Absence[];
  readonly cases: readonly CaseResult[];
}

/** What was measured so far, or all of it: in words, in pictures, case by case. */
export function Results({ verdict, absences, cases }: ResultsProps) {
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
      <div class="cases">
        {cases.map((result) => (
          <CaseCard key={result.index} result={result} />
        ))}
      </div>
    </>
  );
}
