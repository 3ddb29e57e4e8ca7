/** What most scripts do for a diagnosis, as a yardstick: take the newest error code and look it up in a table. */
import type { Evidence } from '../src/core/look.ts';
import type { CauseId } from '../src/core/verdict.ts';
import { HEALTHY } from '../src/core/verdict.ts';
import type { Catalogue } from '../src/causes/catalogue.ts';
import { explainCode } from '../src/causes/codes.ts';
import type { LabelledCase } from './labelled-case.ts';

/** The cause that the table gives for the newest code; `none` where there is no failure, empty where it is silent. */
export function causeByLastCode(
  catalogue: Catalogue,
  { evidence, contact }: Pick<LabelledCase, 'evidence' | 'contact'>,
): CauseId {
  const code = contact === undefined ? newestCode(evidence) : contact.contact.code;
  if (code === undefined) return HEALTHY;
  return explainCode(code, catalogue.codes()).find(({ cause }) => cause !== '')?.cause ?? '';
}

function newestCode(evidence: Evidence | undefined): string | undefined {
  const { history = [], scan } = evidence?.windowsUpdate ?? {};
  const failures = [
    ...history.map(({ time, result, hresult }) => ({
      time,
      code: result === 'failed' ? hresult : undefined,
    })),
    ...(evidence?.events ?? []).map(({ time, data }) => ({ time, code: data?.['errorCode'] })),
    { time: evidence?.collectedAt ?? '', code: scan?.hresult },
  ].flatMap(({ time, code }) => {
    const isFailure = typeof code === 'string' && !/^(0x)?0*$/i.test(code);
    return isFailure ? [{ at: Date.parse(time), code }] : [];
  });
  return failures.toSorted((a, b) => b.at - a.at)[0]?.code;
}
