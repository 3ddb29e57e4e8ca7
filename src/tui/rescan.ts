/** Asking hosts again: which, and what is shown of it before anybody is asked. Pure. */
import type { RunInfo } from '../core/event.ts';
import type { HostId } from '../core/host.ts';
import { printable } from '../core/printable.ts';
import { hostOn, listOf } from './lists.ts';
import type { Drawing } from './run-lines.ts';
import { pageAt, rowAt, type Spot, type Surroundings } from './spot.ts';

/** Opens the box that shows the plan, or says why there is none. */
export function rescanning(spot: Spot, around: Surroundings): Spot {
  const { store } = around;
  const run = store.run();
  if (run?.source === 'demo' || run?.source === 'evidence')
    return { ...spot, said: (words) => words.nobodyAsked };
  // Its lock would turn the next run away, and hosts that are at work are not asked twice at a time.
  if (store.finish() === undefined) return { ...spot, said: (words) => words.askLater };
  const asking = hostsToAsk(spot, around);
  if (asking.length === 0) return { ...spot, said: (words) => words.nothingToRescan };
  return { ...spot, box: 'rescanning', asking };
}

/** The marked hosts; where none is, the host, or those of the group, the cursor or the page is on. */
function hostsToAsk(spot: Spot, around: Surroundings): readonly HostId[] {
  const { store } = around;
  if (spot.marks.size > 0)
    return Array.from(store.hosts(), ({ id }) => id).filter((id) => spot.marks.has(id));
  const page = pageAt(spot);
  if (page === undefined) {
    const row = rowAt(spot, around);
    if (row === undefined) return [];
    return row.kind === 'host' ? [row.host.id] : row.group.members.map(({ id }) => id);
  }
  const list = listOf(page, spot, around);
  if (page.kind === 'host') {
    const id = hostOn(page, list);
    return id === undefined ? [] : [id];
  }
  const keys = new Set(list.keys);
  return Array.from(store.hosts(), ({ id }) => id).filter((id) => keys.has(id));
}

const NAMED = 3;

/** What will be done, in lines: whom, by what, what becomes of this run. */
export function planLines(
  { asking: hosts, filter }: Spot,
  { store, theme, now }: Drawing,
): string[] {
  const { words } = theme;
  const run = store.run();
  const names = hosts.slice(0, NAMED).map((id) => theme.clean(id));
  const hidden = hosts.filter((id) => {
    const host = store.host(id);
    return host !== undefined && filter?.matches(host, now) === false;
  }).length;
  const more = hosts.length - names.length;
  return [
    `${names.join(', ')}${more > 0 ? ` ${words.andMore(more)}` : ''}`,
    ...(hidden > 0 ? [words.someHidden(hidden)] : []),
    run?.source === 'inventory' && run.inventory !== undefined
      ? words.askedBy(theme.clean(run.inventory))
      : words.askedByName,
    words.newRun,
    words.secretsAgain,
  ];
}

/** The command that does the same. */
export function rescanCommand(run: RunInfo | undefined, hosts: readonly HostId[]): string {
  const list = quoted(hosts.join(','));
  if (run?.source !== 'inventory') return `patchwhy scan ${hosts.map(quoted).join(' ')}`;
  return `patchwhy scan -i ${quoted(run.inventory ?? 'FILE')} -l ${list}`;
}

/** One word for a shell, whatever it is made of. */
function quoted(text: string): string {
  const word = printable(text);
  return /^[\w.,@:/-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
