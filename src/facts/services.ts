/** Services that updates need: how they are set to start, and which of them crash. Stopped and manual is normal. */
import type { Installations } from './open-failures.ts';
import type { Reading, ReadEvent } from './reading.ts';
import { field, LOGS, timeOf } from './reading.ts';
import { resultCode } from './result-code.ts';
import type { scanShape } from './scan.ts';
import type { Fact } from './shape.ts';
import { unknown } from './shape.ts';
import { SAME_ATTEMPT } from './updates.ts';

const serviceShape = {
  name: 'string',
  id: 'string',
  mode: 'string',
  state: 'string',
  isOff: 'bool',
} as const;
export const servicesShape = { all: [serviceShape] } as const;

export function servicesFact(reading: Reading): Fact<typeof servicesShape> {
  const { services } = reading.evidence;
  if (services === undefined || !reading.has('services')) return unknown(servicesShape);
  const all = services.map(({ name, startMode, state }, position) => ({
    from: `/services/${position}/${startMode === undefined ? 'state' : 'startMode'}`,
    name,
    id: name.toLowerCase(),
    mode: startMode ?? 'unknown',
    state,
    isOff: startMode === 'disabled' || state === 'missing',
  }));
  return { known: true, from: '/services', all };
}

const crashShape = {
  service: 'string',
  event: 'double',
  code: 'string',
  count: 'double',
  at: 'time',
} as const;
export const crashesShape = { updates: [crashShape] } as const;

// The service control manager logs display names. These are not translated, or are the service's own name.
const UPDATE_SERVICES: ReadonlyMap<string, string> = new Map([
  ['windows update', 'wuauserv'],
  ['wuauserv', 'wuauserv'],
  ['update orchestrator service', 'UsoSvc'],
  ['usosvc', 'UsoSvc'],
  ['windows modules installer', 'TrustedInstaller'],
  ['trustedinstaller', 'TrustedInstaller'],
  ['delivery optimization', 'DoSvc'],
  ['dosvc', 'DoSvc'],
  ['background intelligent transfer service', 'BITS'],
  ['bits', 'BITS'],
]);

const UPDATE_MODULE = /wuaueng\.dll|wuauserv|usosvc|usocore/i;

/** Crashes of the update services since the last search or installation that went well, and those beside a failure. */
export function crashesFact(
  reading: Reading,
  scan: Fact<typeof scanShape>,
  { open, installed }: Installations,
): Fact<typeof crashesShape> {
  const since = Math.max(scan.lastGood.getTime(), installed.newest.getTime());
  const isBesideFailure = (at: number): boolean =>
    open.installs.some((failure) => Math.abs(failure.at.getTime() - at) <= SAME_ATTEMPT);
  const controlled = reading
    .events('service control manager', 7000, 7009, 7023, 7024, 7031, 7034)
    .flatMap((event) => crashOf(event, UPDATE_SERVICES.get(serviceIn(event).toLowerCase())));
  const faulted = reading
    .events('application error', 1000)
    .flatMap((event) =>
      crashOf(event, UPDATE_MODULE.exec(Object.values(event.event.data ?? {}).join(' '))?.[0]),
    );
  const recorded = (reading.evidence.reliability ?? []).flatMap((record, position) => {
    const service = UPDATE_MODULE.exec(`${record.product ?? ''} ${record.message ?? ''}`)?.[0];
    const at = new Date(timeOf(record.time));
    const from = `/reliability/${position}`;
    return service === undefined || record.id !== 1000
      ? []
      : [{ from, service, event: 1000, code: '', count: 1, at }];
  });
  const updates = [...controlled, ...faulted, ...recorded]
    .filter(({ at }) => at.getTime() > since || isBesideFailure(at.getTime()))
    .toSorted((a, b) => b.at.getTime() - a.at.getTime());
  if (updates.length === 0 && !reading.hears(LOGS.system, LOGS.application))
    return unknown(crashesShape);
  return { known: true, from: updates[0]?.from ?? '', updates };
}

/** The service's own name where the event has it; display names stand second in 7009, first in the others. */
function serviceIn({ event }: ReadEvent): string {
  const own = field(event, 'service');
  if (own !== '') return own;
  return event.id === 7009 ? field(event, 'param2') : field(event, 'param1');
}

function crashOf(
  { event, at, from }: ReadEvent,
  service: string | undefined,
): Fact<typeof crashesShape>['updates'] {
  if (service === undefined) return [];
  const code =
    event.id === 7023 || event.id === 7000 || event.id === 7024
      ? resultCode(field(event, 'param2'))
      : '';
  return [{ from, service, event: event.id, code, count: event.count ?? 1, at: new Date(at) }];
}
