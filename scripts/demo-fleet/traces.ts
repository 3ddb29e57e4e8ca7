/** What attempts leave behind on a host: history, events, hotfixes, packages, the build itself. */
import type { Collected } from '../../src/core/evidence.ts';
import type { Actor } from './actor.ts';
import { later } from './clock.ts';
import type { Instant } from './clock.ts';
import { rollupPackage } from './products.ts';
import { RESTART_DUE, succeeded } from './updates.ts';
import type { Attempt } from './updates.ts';

type Section<K extends keyof Collected> = NonNullable<Collected[K]>;
export type Event = Section<'events'>[number];
type HistoryEntry = NonNullable<Section<'windowsUpdate'>['history']>[number];

const UPDATE_CLIENT = 'Microsoft-Windows-WindowsUpdateClient';
const MICROSOFT = '{9482f4b4-e343-43b6-b170-9a65bc822c77}';
const WSUS = '{3da21691-e39d-4da6-8a4b-b43877bcb1b7}';

export function newestFirst<T extends { readonly time: Instant }>(items: readonly T[]): T[] {
  return items.toSorted((a, b) => b.time.localeCompare(a.time));
}

const BY_DAY = /^(System|Setup) Microsoft-Windows-(WindowsUpdateClient|Servicing)$/;

/** Equal events become one, as the collector folds them: what became of updates within a day, the rest for good. */
export function folded(events: readonly Event[]): Event[] {
  const groups = new Map<string, Event>();
  for (const event of newestFirst(events)) {
    const day = BY_DAY.test(`${event.log} ${event.provider}`) ? event.time.slice(0, 10) : '';
    const key = JSON.stringify({ ...event, time: day, count: 0 });
    const newer = groups.get(key);
    const { data, ...head } = newer ?? event;
    groups.set(key, { ...head, count: (newer?.count ?? 0) + (event.count ?? 1), data: data ?? {} });
  }
  return [...groups.values()];
}

function serviceGuid(actor: Actor): string {
  return actor.site.wsus === null ? MICROSOFT : WSUS;
}

export function history(actor: Actor, attempts: readonly Attempt[]): HistoryEntry[] {
  const entries = attempts.map(({ at, update, hresult }): HistoryEntry => ({
    time: at,
    operation: 'install',
    result: hresult.startsWith('0x00') ? 'succeeded' : 'failed',
    hresult,
    title: update.title,
    kb: update.kb,
    updateId: update.id,
    revision: update.metadata,
    client: actor.product.kind === 'server' ? 'UpdateOrchestrator' : 'MoUpdateOrchestrator',
  }));
  return newestFirst(entries);
}

/** A search for updates that failed; `count` equal ones, the newest at `time`. */
export function scanFailed(actor: Actor, time: Instant, hresult: string, count = 1): Event {
  return {
    log: `${UPDATE_CLIENT}/Operational`,
    provider: UPDATE_CLIENT,
    id: 25,
    level: 2,
    time,
    ...(count > 1 && { count }),
    data: { errorCode: hresult.toLowerCase(), serviceGuid: serviceGuid(actor) },
  };
}

/** A search that went well. */
export function scanned(actor: Actor, time: Instant, updateCount: number): Event {
  return {
    log: `${UPDATE_CLIENT}/Operational`,
    provider: UPDATE_CLIENT,
    id: 26,
    level: 4,
    time,
    data: { updateCount, serviceGuid: serviceGuid(actor) },
  };
}

/** Somebody changed the start mode of Windows Update; `from` and `to` in the host's language. */
export function startModeChanged(time: Instant, from: string, to: string): Event {
  return {
    log: 'System',
    provider: 'Service Control Manager',
    id: 7040,
    level: 4,
    time,
    data: { param1: 'Windows Update', param2: from, param3: to, param4: 'wuauserv' },
  };
}

/** The events of one attempt, spelled as the event XML has them: codes in lower case. */
export function eventsOf(actor: Actor, attempt: Attempt): Event[] {
  const { at, update, hresult } = attempt;
  if (update.isDefinition === true && succeeded(attempt)) return [];
  const about = {
    updateTitle: update.title,
    updateGuid: `{${update.id}}`,
    updateRevisionNumber: update.metadata,
    serviceGuid: serviceGuid(actor),
  };
  const system = { log: 'System', provider: UPDATE_CLIENT, time: at };
  if (hresult === RESTART_DUE)
    return [{ ...system, id: 21, level: 4, data: { updatelist: `- ${update.title}` } }];
  if (succeeded(attempt)) return [{ ...system, id: 19, level: 4, data: about }];
  const errorCode = hresult.toLowerCase();
  const failure: Event = {
    ...system,
    id: 20,
    level: 2,
    data: { errorCode, ...about },
  };
  return update.revision === undefined ? [failure] : [failure, servicingFailed(attempt)];
}

function servicingFailed({ at, update, hresult }: Attempt): Event {
  return {
    log: 'Setup',
    provider: 'Microsoft-Windows-Servicing',
    id: 3,
    level: 2,
    time: later(at, { minutes: -4 }),
    data: {
      PackageIdentifier: update.kb,
      IntendedPackageState: 5112,
      ErrorCode: hresult.toLowerCase(),
      Client: 'UpdateAgentLCU',
    },
  };
}

interface Installed {
  readonly revision: number;
  readonly hotfixes: Section<'hotfixes'>;
  readonly packages: Section<'packages'>;
}

/** Where servicing stands: only cumulative updates that are done count towards the build. */
export function installed(actor: Actor, attempts: readonly Attempt[]): Installed {
  const ordered = attempts.toSorted((a, b) => a.at.localeCompare(b.at));
  const done = ordered.filter((attempt) => attempt.hresult === '0x00000000');
  const rollup = done.findLast(({ update }) => update.revision !== undefined);
  if (rollup?.update.revision === undefined)
    throw new Error(`${actor.name} never had a cumulative update`);
  const waiting = ordered.filter(({ hresult }) => hresult === RESTART_DUE);
  return {
    revision: rollup.update.revision,
    hotfixes: done
      .filter(({ update }) => update.isDefinition !== true && update.kb !== 'KB890830')
      .map(({ at, update }) => ({ kb: update.kb, installedOn: at.slice(0, 10) })),
    packages: [rollup, ...waiting].flatMap(({ at, update, hresult }) =>
      update.revision === undefined
        ? []
        : [
            {
              name: rollupPackage(actor.product, update.revision),
              state: hresult === RESTART_DUE ? 'installPending' : 'installed',
              installedAt: at,
            },
          ],
    ),
  };
}
