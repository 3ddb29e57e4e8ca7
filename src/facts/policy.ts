/** What policy says about updating. -1 stands for "not configured". */
import type { Evidence } from '../core/look.ts';
import type { Reading } from './reading.ts';
import { field, timeOf } from './reading.ts';
import type { Fact } from './shape.ts';
import { NEVER, unknown } from './shape.ts';

export const policyShape = {
  noAutoUpdate: 'double',
  auOptions: 'double',
  accessDisabled: 'double',
  noInternetLocations: 'double',
  disableDualScan: 'double',
  deferQualityDays: 'double',
  deferFeatureDays: 'double',
  targetSet: 'bool',
  target: 'string',
  qualitySource: 'double',
  featureSource: 'double',
  useWUServer: 'double',
  pausedUntil: 'time',
  paused: 'bool',
  /** No management agent is known that could update in its stead. */
  isUnmanaged: 'bool',
} as const;

type Policy = NonNullable<NonNullable<Evidence['windowsUpdate']>['policy']>;

const PLACES: Readonly<Record<string, keyof Policy>> = {
  noAutoUpdate: 'noAutoUpdate',
  auOptions: 'auOptions',
  accessDisabled: 'disableWindowsUpdateAccess',
  noInternetLocations: 'doNotConnectToWindowsUpdateInternetLocations',
  disableDualScan: 'disableDualScan',
  deferQualityDays: 'deferQualityDays',
  deferFeatureDays: 'deferFeatureDays',
  target: 'targetReleaseVersionInfo',
  qualitySource: 'qualityUpdateSource',
  featureSource: 'featureUpdateSource',
  useWUServer: 'useWUServer',
  pausedUntil: 'pausedUntil',
};

export function policyFact(reading: Reading): Fact<typeof policyShape> {
  const policy = reading.evidence.windowsUpdate?.policy;
  if (policy === undefined || !reading.has('windowsUpdate', 'policy')) return unknown(policyShape);
  const number = (key: keyof Policy): number => {
    const value = policy[key];
    return typeof value === 'number' ? value : -1;
  };
  const pausedUntil = timeOf(policy.pausedUntil);
  const base = '/windowsUpdate/policy';
  const present = Object.entries(PLACES).filter(([, key]) => policy[key] !== undefined);
  return {
    known: true,
    from: base,
    fromField: Object.fromEntries(present.map(([name, key]) => [name, `${base}/${key}`])),
    noAutoUpdate: number('noAutoUpdate'),
    auOptions: number('auOptions'),
    accessDisabled: number('disableWindowsUpdateAccess'),
    noInternetLocations: number('doNotConnectToWindowsUpdateInternetLocations'),
    disableDualScan: number('disableDualScan'),
    deferQualityDays: number('deferQualityDays'),
    deferFeatureDays: number('deferFeatureDays'),
    targetSet: policy.targetReleaseVersion === 1,
    target: policy.targetReleaseVersionInfo ?? '',
    qualitySource: number('qualityUpdateSource'),
    featureSource: number('featureUpdateSource'),
    useWUServer: number('useWUServer'),
    pausedUntil: pausedUntil === 0 ? NEVER : new Date(pausedUntil),
    paused: pausedUntil > reading.now,
    isUnmanaged: (reading.evidence.agents ?? []).length === 0 && !reading.isRefused('agents'),
  };
}

export const startTypeShape = { changed: 'time' } as const;

/** The newest change of the update service's start type, as the service control manager noted it. */
export function startTypeFact(reading: Reading): Fact<typeof startTypeShape> {
  const change = reading
    .events('service control manager', 7040)
    .findLast(({ event }) => field(event, 'service', 'param4').toLowerCase() === 'wuauserv');
  if (change === undefined) return unknown(startTypeShape);
  return { known: true, from: change.from, changed: new Date(change.at) };
}

export const clientShape = { id: 'string' } as const;

/** The identity under which the host reports to WSUS; empty when it has none. */
export function clientFact({ evidence }: Reading): Fact<typeof clientShape> {
  const id = evidence.windowsUpdate?.susClientId;
  if (id === undefined) return unknown(clientShape);
  return { known: true, from: '/windowsUpdate/susClientId', id: id?.toLowerCase() ?? '' };
}

export const holdsShape = { count: 'double', ids: 'string' } as const;

/** Microsoft's own holds that keep a feature upgrade from this host. */
export function holdsFact({ evidence }: Reading): Fact<typeof holdsShape> {
  const ids = evidence.windowsUpdate?.safeguardHolds;
  if (ids === undefined) return unknown(holdsShape);
  return {
    known: true,
    from: '/windowsUpdate/safeguardHolds',
    count: ids.length,
    ids: ids.join(', '),
  };
}

export const auditShape = { text: 'string' } as const;

/** A marker that an operator's script left. Older than any success it is stale, and as good as not there. */
export function auditFact(reading: Reading): Fact<typeof auditShape> {
  const { audit, windowsUpdate } = reading.evidence;
  const lastSuccess = timeOf(windowsUpdate?.lastInstallSuccess);
  if (audit?.lastPatchError === undefined || timeOf(audit.auditDate) <= lastSuccess)
    return unknown(auditShape);
  return { known: true, from: '/audit/lastPatchError', text: audit.lastPatchError };
}
