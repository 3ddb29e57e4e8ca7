/** Keys whose work lies beyond the screen: copying, files, other programs. Pure: they only say what is to be done. */
import type { HostId } from '../core/host.ts';
import type { Action } from './keys.ts';
import { hostOn, indexOf, listOf } from './lists.ts';
import { rescanCommand, rescanning } from './rescan.ts';
import { pageAt, rowAt, type Spot, type Surroundings, tableAt } from './spot.ts';

type Deed = (spot: Spot, around: Surroundings) => Spot;

export const BEYOND: Readonly<Partial<Record<Action, Deed>>> = {
  copy: (spot, around) => copying(spot, nameAt(spot, around)),
  'copy-json': (spot, around) => copying(spot, jsonAt(spot, around)),
  export: (spot) => ({ ...spot, box: 'exporting', pick: 0 }),
  pager: (spot) => ({ ...spot, errand: { do: 'view', viewer: 'pager' } }),
  editor: (spot) => ({ ...spot, errand: { do: 'view', viewer: 'editor' } }),
  rescan: rescanning,
  ask: (spot) => ({ ...spot, departure: { again: spot.asking } }),
  'copy-command': (spot, around) => ({
    ...copying(spot, rescanCommand(around.store.run(), spot.asking)),
    box: 'none',
  }),
};

function copying(spot: Spot, text: string | undefined): Spot {
  return text === undefined ? spot : { ...spot, errand: { do: 'copy', text } };
}

/** The marked hosts; where none is, those of the page, or all that the table lets through. */
export function meantHosts(spot: Spot, around: Surroundings): readonly HostId[] {
  const { store } = around;
  if (spot.marks.size > 0)
    return Array.from(store.hosts(), ({ id }) => id).filter((id) => spot.marks.has(id));
  const page = pageAt(spot);
  const list = page && listOf(page, spot, around);
  const only = page?.kind === 'host' && list ? hostOn(page, list) : undefined;
  if (only !== undefined) return [only];
  const keys = page?.kind === 'cause' ? new Set(list?.keys) : undefined;
  const shown = keys === undefined ? tableAt(spot, around).shown() : [...store.hosts()];
  return shown.flatMap(({ id }) => (keys === undefined || keys.has(id) ? [id] : []));
}

/** What the row under the cursor is about: a host, a cause, or another thing that is listed. */
function nameAt(spot: Spot, around: Surroundings): string | undefined {
  const page = pageAt(spot);
  if (page === undefined) {
    const row = rowAt(spot, around);
    return row?.kind === 'host' ? row.host.id : row?.group.id;
  }
  const list = listOf(page, spot, around);
  return list.keys[indexOf(list, page.chosen)] ?? (page.id === '' ? undefined : page.id);
}

function jsonAt(spot: Spot, around: Surroundings): string | undefined {
  const page = pageAt(spot);
  const row = page === undefined ? rowAt(spot, around) : undefined;
  if (row?.kind === 'group') {
    const { id, title, members } = row.group;
    return JSON.stringify({ id, title, hosts: members.map((host) => host.id) });
  }
  const id = page === undefined ? row?.host.id : hostOn(page, listOf(page, spot, around));
  const host = id === undefined ? undefined : around.store.host(id);
  return host && JSON.stringify({ name: host.id, labels: host.labels, ...host.outcome });
}
