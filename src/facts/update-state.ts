/** What a host's facts say of one update. */
import type { UpdateState } from '../core/patch-state.ts';
import type { Facts } from './declared.ts';
import type { BuildRow } from './knowledge.ts';

/** `kb` is written `KB5034441`. `builds` tells which update brings which revision: a later one contains it. */
export function updateState(facts: Facts, kb: string, builds: readonly BuildRow[]): UpdateState {
  const { open, downloads, waiting, installed, hotfixes, offered, deployments, os } = facts;
  const failure =
    open.installs.find((one) => one.kb === kb) ?? downloads.failing.find((one) => one.kb === kb);
  if (failure !== undefined)
    return { state: 'failing', pointer: failure.from, ...(failure.code && { code: failure.code }) };
  const waits = waiting.updates.find(({ name }) => name === kb);
  if (waits !== undefined) return { state: 'waits-for-restart', pointer: waits.from };
  const brought = builds.find((row) => row.kb === kb && os.known && row.build === os.build);
  if (brought !== undefined && os.ubr > 0) {
    const at = os.fromField?.['ubr'] ?? os.from;
    if (os.ubr >= brought.ubr) return { state: 'installed', pointer: at };
    return { state: 'missing', pointer: at };
  }
  const listed =
    hotfixes.all.find((one) => one.kb === kb) ?? installed.updates.find(({ name }) => name === kb);
  if (listed !== undefined) return { state: 'installed', pointer: listed.from };
  const wanted =
    offered.updates.find((one) => one.kb === kb) ??
    deployments.rows.find((one) => one.kb === kb && one.detection === 'notPatched');
  if (wanted !== undefined) return { state: 'missing', pointer: wanted.from };
  const row = deployments.rows.find((one) => one.kb === kb && one.detection === 'patched');
  if (row !== undefined) return { state: 'installed', pointer: row.from };
  const looked = open.known || hotfixes.known || offered.known;
  return { state: looked ? 'no-record' : 'unknown', pointer: '' };
}
