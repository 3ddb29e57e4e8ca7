/** Updates that the verdicts of a run speak of, with the hosts they are named on. */
import { valuesOf } from './filter.ts';
import { firstFinding, type HostState } from './host-state.ts';

export interface Patch {
  /** `KB5034441` */
  readonly kb: string;
  readonly hosts: readonly HostState[];
  /** What stands in the way of most of them. */
  readonly cause: string | undefined;
}

/** Named on most hosts first. */
export function patchesOf(hosts: Iterable<HostState>): readonly Patch[] {
  const found = new Map<string, HostState[]>();
  for (const host of hosts) {
    for (const kb of kbsOf(host)) {
      const list = found.get(kb);
      if (list === undefined) found.set(kb, [host]);
      else list.push(host);
    }
  }
  return [...found]
    .map(([kb, list]) => ({ kb, hosts: list, cause: commonest(list) }))
    .toSorted((a, b) => b.hosts.length - a.hosts.length || (a.kb < b.kb ? 1 : -1));
}

/** Read out of an outcome once, for the list is made anew whenever one of 5,000 hosts has changed. */
const known = new WeakMap<object, ReadonlySet<string>>();
const NONE: ReadonlySet<string> = new Set();

function kbsOf(host: HostState): ReadonlySet<string> {
  const { outcome } = host;
  if (outcome === undefined) return NONE;
  const before = known.get(outcome);
  if (before !== undefined) return before;
  const all = valuesOf('kb', host).map((kb) => kb.toUpperCase());
  const kbs = new Set(all.filter((kb) => kb.startsWith('KB')));
  known.set(outcome, kbs);
  return kbs;
}

function commonest(hosts: readonly HostState[]): string | undefined {
  const counts = new Map<string, number>();
  for (const host of hosts) {
    const id = firstFinding(host)?.id;
    if (id !== undefined) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return [...counts].toSorted(([, a], [, b]) => b - a)[0]?.[0];
}
