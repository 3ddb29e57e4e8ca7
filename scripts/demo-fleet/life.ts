/** A host's life, told by what differs from an orderly host, and the evidence that such a life leaves. */
import type { Collected } from '../../src/core/evidence.ts';
import type { Actor } from './actor.ts';
import { guid } from './chance.ts';
import { ago, later, released } from './clock.ts';
import type { Instant } from './clock.ts';
import { platform, services, volumes } from './machine.ts';
import type { Space } from './machine.ts';
import { eventsOf, folded, history, installed, scanned } from './traces.ts';
import type { Event } from './traces.ts';
import { succeeded } from './updates.ts';
import type { Attempt } from './updates.ts';

type Section<K extends keyof Collected> = NonNullable<Collected[K]>;
type WindowsUpdate = Section<'windowsUpdate'>;
export type Probe = NonNullable<Section<'network'>['probes']>[number];

export interface Life {
  readonly attempts: readonly Attempt[];
  readonly lastBoot?: Instant;
  readonly lastScanSuccess?: Instant;
  /** Beside those that attempts leave. */
  readonly events?: readonly Event[];
  readonly space?: Space;
  readonly services?: Section<'services'>;
  readonly reboot?: Section<'reboot'>;
  readonly windowsUpdate?: Pick<
    WindowsUpdate,
    'source' | 'wsusServer' | 'policy' | 'scan' | 'applicable'
  >;
  readonly wsusStatus?: number;
  readonly network?: Section<'network'>;
  readonly esuLicensed?: boolean | null;
  readonly clockSkewSeconds?: number;
  readonly storeHealth?: 'healthy' | 'repairable';
  readonly cbs?: readonly { readonly time: Instant; readonly text: string }[];
  /** Sections that only some lives have. */
  readonly extra?: Pick<Collected, 'audit' | 'installer' | 'processes' | 'tasks'>;
}

/** The whole evidence document of a life. */
export function evidence(actor: Actor, life: Life): Collected {
  const { chance, now, product } = actor;
  const servicing = installed(actor, life.attempts);
  const disk = volumes(actor, life.space ?? {});
  return {
    schema: 'evidence/1',
    host: actor.name,
    labels: labels(actor),
    collectedAt: now,
    clockSkewSeconds: life.clockSkewSeconds ?? chance.between(-19, 19) / 10,
    collector: { mode: 'powershell', elevated: true, durationMs: duration(actor) },
    os: {
      caption: product.caption,
      build: product.build,
      ubr: servicing.revision,
      edition: product.edition,
      productType: product.kind,
      arch: 'x64',
      locale: actor.locale,
      lastBoot: life.lastBoot ?? lastBoot(actor, life.attempts),
      psVersion: `5.1.${product.baseBuild}.${servicing.revision}`,
      languageMode: 'FullLanguage',
      ...esu(actor, life),
    },
    platform: platform(actor),
    volumes: disk.volumes,
    services: services(actor, life.services),
    reboot: {
      cbs: false,
      cbsInProgress: false,
      packagesPending: false,
      windowsUpdate: false,
      pendingFileRename: [],
      pendingXml: false,
      computerRename: false,
      ...life.reboot,
    },
    windowsUpdate: windowsUpdate(actor, life),
    events: events(actor, life),
    hotfixes: servicing.hotfixes,
    packages: servicing.packages,
    componentStore: { health: life.storeHealth ?? 'healthy', checkedAt: now },
    network: life.network ?? network(actor, life.wsusStatus ?? 200),
    recovery: disk.recovery,
    ...(life.cbs && {
      logs: { cbs: life.cbs.map((line) => ({ ...line, level: levelOf(line.text) })) },
    }),
    installer: { inProgress: false, holder: null },
    processes: [],
    ...life.extra,
  };
}

export function labels(actor: Actor): Record<string, string> {
  return { client: 'aurelia', site: actor.site.label, group: actor.group, ring: actor.ring };
}

function levelOf(line: string): 'error' | 'info' {
  return line.startsWith('Failed to') && !line.includes('CbsTemp') ? 'error' : 'info';
}

/** Most answer within ten seconds, Server 2016 takes its time. */
function duration({ chance, product }: Actor): number {
  if (product.build === 14_393) return chance.between(14_000, 25_000);
  return chance.happens(80) ? chance.between(2_000, 9_500) : chance.between(9_500, 19_000);
}

function esu(actor: Actor, life: Life): { esuLicensed?: boolean | null } {
  const esuLicensed = life.esuLicensed === undefined ? actor.product.esuLicensed : life.esuLicensed;
  return esuLicensed === undefined ? {} : { esuLicensed };
}

/** Servers start with their updates, tills every few nights, desks when people come in. */
function lastBoot(actor: Actor, attempts: readonly Attempt[]): Instant {
  const { chance, group, now } = actor;
  const rollup = attempts
    .filter((attempt) => succeeded(attempt) && attempt.update.revision !== undefined)
    .map(({ at }) => at)
    .toSorted()
    .at(-1);
  const restarted = later(rollup ?? now, { minutes: chance.between(12, 55) });
  if (group === 'servers') return restarted;
  const recent = ago(now, chance, 2, group === 'tills' ? 50 : 20);
  return recent > restarted ? recent : restarted;
}

function windowsUpdate(actor: Actor, life: Life): WindowsUpdate {
  const { chance, now, site } = actor;
  const good = life.attempts.filter(succeeded).map(({ at }) => at);
  const fromMicrosoft = actor.product.kind === 'workstation' ? 'wufb' : 'microsoft';
  return {
    source: site.wsus === null ? fromMicrosoft : 'wsus',
    wsusServer: site.wsus,
    susClientId: guid(`client ${actor.name}`),
    policy:
      site.wsus === null ? { auOptions: 4 } : { useWUServer: 1, auOptions: 4, noAutoUpdate: 0 },
    lastScanSuccess: life.lastScanSuccess ?? ago(now, chance, 1, 20),
    lastInstallSuccess: good.toSorted().at(-1) ?? null,
    scan: { mode: 'none' },
    history: history(actor, life.attempts),
    ...life.windowsUpdate,
  };
}

function events(actor: Actor, life: Life): Event[] {
  const own = life.attempts.flatMap((attempt) => eventsOf(actor, attempt));
  const scan = life.lastScanSuccess
    ? [scanned(actor, life.lastScanSuccess, offered(actor, life))]
    : [];
  return folded([...own, ...scan, ...(life.events ?? [])]);
}

/** WSUS offers November only to those who have it already: the pilot ring. Microsoft offers it to everybody. */
function offered({ product, site }: Actor, { attempts, lastScanSuccess = '' }: Life): number {
  const november = product.revisions['2026-11'];
  const lacksNovember =
    november !== undefined && attempts.every(({ update }) => update.revision !== november);
  return site.wsus === null && lacksNovember && lastScanSuccess > released('2026-11') ? 1 : 0;
}

/** Straight to the site's WSUS server, or to Microsoft. */
export function network(actor: Actor, status: number): Section<'network'> {
  const { wsus } = actor.site;
  const probe: Probe = {
    target: `${wsus}/ClientWebService/client.asmx`,
    via: 'direct',
    resolved: true,
    connected: true,
    tls: 'notTried',
    status,
    error: null,
  };
  return {
    winHttpProxy: null,
    proxyBypass: null,
    metered: false,
    tls12Client: true,
    probes: wsus === null ? [] : [probe],
  };
}
