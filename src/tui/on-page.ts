/** What a key does to a page that lies over the table. Pure. */
import { type HostId, hostId } from '../core/host.ts';
import { firstFinding } from '../store/host-state.ts';
import type { Action } from './keys.ts';
import { hostOn, indexOf, type Listed, listOf } from './lists.ts';
import { STEPS } from './on-table.ts';
import {
  marked,
  opened,
  type Page,
  type Spot,
  type Surroundings,
  tableAt,
  TABS,
  withPage,
} from './spot.ts';

interface Here {
  readonly spot: Spot;
  readonly page: Page;
  readonly list: Listed;
  readonly around: Surroundings;
}

const DEEDS: Readonly<Partial<Record<Action, (here: Here) => Spot>>> = {
  back: ({ spot }) => ({ ...spot, pages: spot.pages.slice(0, -1) }),
  open({ spot, page, list }) {
    const key = list.keys[indexOf(list, page.chosen)];
    return key === undefined ? spot : list.open(withPage(spot, { chosen: key }), key);
  },
  'next-tab'({ spot, page }) {
    const tab = TABS[(TABS.indexOf(page.tab) + 1) % TABS.length] ?? page.tab;
    return withPage(spot, { tab, scroll: 0 });
  },
  'next-host': (here) => besideHost(here, 1),
  'previous-host': (here) => besideHost(here, -1),
  'next-cause': (here) => besideGroup(here, 1),
  'previous-cause': (here) => besideGroup(here, -1),
  cause({ spot, page, list, around }) {
    const host = hostOn(page, list);
    const state = host === undefined ? undefined : around.store.host(host);
    const cause = state && firstFinding(state)?.id;
    return cause === undefined ? spot : opened(spot, 'cause', cause);
  },
  mark({ spot, page, list, around }) {
    const host = hostOn(page, list);
    if (host === undefined) return spot;
    const marks = marked(spot.marks, [host], !spot.marks.has(host));
    const isListed = page.kind !== 'host';
    return withPage({ ...spot, marks }, isListed ? chosenBy(page, list, 1, around) : {});
  },
  'mark-shown'({ spot, list, around }) {
    const hosts = list.keys.flatMap((key) => around.store.host(hostId(key))?.id ?? []);
    return { ...spot, marks: marked(spot.marks, hosts, true) };
  },
  unmark: ({ spot }) => ({ ...spot, marks: new Set() }),
};

export function onPage(spot: Spot, page: Page, action: Action, around: Surroundings): Spot {
  const list = listOf(page, spot, around);
  const step = STEPS[action];
  if (step !== undefined) {
    const by = step(around.extent.pageHeight);
    return withPage(
      spot,
      list.keys.length === 0 ? scrolled(page, by, around) : chosenBy(page, list, by, around),
    );
  }
  if ((action === 'open' || action === 'mark') && isHidden(page, list, around))
    return withPage(spot, inView(page, list, around));
  return DEEDS[action]?.({ spot, page, list, around }) ?? spot;
}

type Change = Pick<Page, 'scroll'> & Partial<Pick<Page, 'chosen'>>;

function scrolled({ scroll }: Page, by: number, { extent }: Surroundings): Change {
  const to = Math.min(scroll, extent.lastScroll) + by;
  return { scroll: Math.max(0, Math.min(extent.lastScroll, to)) };
}

/**
 * Another of the things listed; the page scrolls so that it is seen. What stands above them is read on the way, line
 * by line, before the choice leaves the screen.
 */
function chosenBy(page: Page, list: Listed, by: number, around: Surroundings): Change {
  const { headLines, pageHeight } = around.extent;
  const last = list.keys.length - 1;
  const from = indexOf(list, page.chosen);
  const isBelow = headLines + from >= Math.min(page.scroll, around.extent.lastScroll) + pageHeight;
  if ((by > 0 && Number.isFinite(by) && isBelow) || (by < 0 && from === 0))
    return scrolled(page, by, around);
  const to = Math.max(0, Math.min(last, from + by));
  const row = headLines + to;
  const { scroll } = scrolled(page, Math.abs(by) > 1 ? by : 0, around);
  const highest = to === 0 && Math.abs(by) > 1 ? 0 : row;
  return {
    chosen: list.keys[to],
    scroll: Math.max(row - pageHeight + 1, Math.min(scroll, highest)),
  };
}

/** Through the hosts of the page one came from, else through those of the table's group. */
function besideHost({ spot, page, around }: Here, by: 1 | -1): Spot {
  const behind = spot.pages.at(-2);
  const ids =
    behind === undefined
      ? groupOf(hostId(page.id), spot, around)
      : listOf(behind, spot, around).keys;
  const next = ids[ids.indexOf(page.id) + by];
  if (next === undefined || !ids.includes(page.id)) return spot;
  // What lies behind follows, so that esc comes back to the host that was read last.
  const cursor = { kind: 'host', id: hostId(next) } as const;
  const pages = spot.pages
    .slice(0, -1)
    .map((each) => (each === behind ? { ...each, chosen: next } : each));
  return { ...spot, cursor, pages: [...pages, { ...page, id: next, scroll: 0 }] };
}

function groupOf(host: HostId, spot: Spot, around: Surroundings): readonly string[] {
  const table = tableAt(spot, around);
  return table.members(table.groupOf(host)?.id ?? '').map(({ id }) => id);
}

/** Nothing is done to a thing that cannot be seen: it is shown first. */
function isHidden(page: Page, list: Listed, { extent }: Surroundings): boolean {
  const row = extent.headLines + indexOf(list, page.chosen);
  const top = Math.min(page.scroll, extent.lastScroll);
  return list.keys.length > 0 && (row < top || row >= top + extent.pageHeight);
}

function inView(page: Page, list: Listed, { extent }: Surroundings): Change {
  const row = extent.headLines + indexOf(list, page.chosen);
  return { scroll: Math.max(0, Math.min(row, extent.lastScroll)) };
}

function besideGroup({ spot, page, around }: Here, by: 1 | -1): Spot {
  const { groups } = tableAt(spot, around);
  const at = groups.findIndex(({ id }) => id === page.id);
  const next = at < 0 ? undefined : groups[at + by];
  if (next === undefined) return spot;
  const cursor = { kind: 'group', id: next.id } as const;
  return withPage({ ...spot, cursor }, { id: next.id, scroll: 0, chosen: undefined });
}
