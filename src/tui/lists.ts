/** The things that a page lists, one a row, each of which can be chosen and opened. Pure. */
import { hostId } from '../core/host.ts';
import type { HostState } from '../store/host-state.ts';
import { WHOLE } from '../store/table.ts';
import { opened, type Page, type Spot, type Surroundings, tableAt } from './spot.ts';

export interface Listed {
  readonly keys: readonly string[];
  /** Where enter on one of them leads. */
  open(spot: Spot, key: string): Spot;
}

const NOTHING: Listed = { keys: [], open: (spot) => spot };

export function listOf(
  page: Page,
  spot: Spot,
  around: Pick<Surroundings, 'store' | 'now'>,
): Listed {
  if (page.kind === 'host') return NOTHING;
  return {
    keys: membersOf(page.id, spot, around).map(({ id }) => id),
    open: (from, key) => opened(from, 'host', key),
  };
}

/** A cause is about the whole run; what else hosts are grouped by, about what is seen. */
export function membersOf(
  group: string,
  spot: Spot,
  around: Pick<Surroundings, 'store' | 'now'>,
): readonly HostState[] {
  const all = tableAt(WHOLE, around).members(group);
  return all.length > 0 ? all : tableAt(spot, around).members(group);
}

/** Where the chosen one stands; one that has gone leaves its place to the first. */
export function indexOf({ keys }: Listed, chosen: string | undefined): number {
  return chosen === undefined ? 0 : Math.max(0, keys.indexOf(chosen));
}

/** The host that a key press on a page is about. */
export function hostOn(page: Page, list: Listed): ReturnType<typeof hostId> | undefined {
  if (page.kind === 'host') return hostId(page.id);
  const key = page.kind === 'cause' ? list.keys[indexOf(list, page.chosen)] : undefined;
  return key === undefined ? undefined : hostId(key);
}
