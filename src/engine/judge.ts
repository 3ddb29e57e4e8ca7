/** From looks to outcomes. Pure: the same documents give the same outcomes, on any machine, in any year. */
import type { HostId } from '../core/host.ts';
import type { Look } from '../core/look.ts';
import type { Outcome } from '../core/verdict.ts';

export interface Judge {
  /** The outcome of a look, as far as this host alone can tell. */
  judge(host: HostId, look: Exclude<Look, { kind: 'skipped' }>): Outcome;
  /** Once all hosts are in: the outcomes that the others' facts change. */
  review(): Iterable<readonly [HostId, Outcome]>;
}
