/**
 * Cases of the catalogue as people write them: a healthy host, and what is different on this one. Whoever knows
 * Windows can add one to `cases/<cause>.yaml`; README.md there has the keys.
 */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { ContactFailure } from '../../src/core/contact.ts';
import type { Evidence } from '../../src/core/look.ts';
import type { CauseId } from '../../src/core/verdict.ts';

export interface CauseCase {
  readonly name: string;
  /** Where the case comes from: a published one, the catalogue or a contract. */
  readonly from?: string;
  /** What must come first. */
  readonly is?: CauseId;
  /** What must not be named at all. */
  readonly isNot?: CauseId;
  /** Time of the look, where it matters. */
  readonly now?: string;
  readonly fails?: readonly Told[];
  readonly installed?: readonly Told[];
  readonly search?: { readonly code: string };
  readonly events?: readonly NonNullable<Evidence['events']>[number][];
  readonly freeMiB?: Readonly<Record<string, number>>;
  readonly startMode?: Readonly<Record<string, 'disabled' | 'manual' | 'auto'>>;
  readonly contact?: ContactFailure['contact'];
  readonly patch?: Readonly<Record<string, unknown>>;
}

interface Told {
  readonly kb?: string;
  readonly title?: string;
  readonly code?: string;
  readonly at: string;
  readonly unmapped?: number;
}

const NOW = '2024-02-20T08:00:00Z';
const HEALTHY: Evidence = parse(readFileSync(new URL('healthy.yaml', import.meta.url), 'utf8'));

export function readCases(file: URL): readonly CauseCase[] {
  return parse(readFileSync(file, 'utf8'));
}

/** The evidence document of a case. */
export function evidenceOf(one: CauseCase): Evidence {
  const installed = one.installed ?? [{ kb: 'KB5034122', at: '-20d' }];
  const search = one.search && {
    lastScanSuccess: '-9d',
    scan: {
      mode: 'online',
      at: '-5m',
      durationMs: 9000,
      result: 'failed',
      hresult: one.search.code,
    },
  };
  const history = [
    ...(one.fails ?? []).map((told) => entry(told, 'failed')),
    ...installed.map((told) => entry(told, 'succeeded')),
  ];
  const events = [
    ...(one.fails ?? []).map((told) => updateEvent(20, told)),
    ...installed.map((told) => updateEvent(19, told)),
    ...(one.search ? [searchFailed(one.search.code)] : []),
    ...(one.events ?? []),
  ];
  const document = mergePatch(
    {
      ...HEALTHY,
      windowsUpdate: { ...HEALTHY.windowsUpdate, ...search, history },
      events,
      hotfixes: installed.flatMap(({ kb, at, code }) =>
        kb && code === undefined ? { kb, installedOn: at } : [],
      ),
      volumes: volumes(one.freeMiB ?? {}),
      services: services(one.startMode ?? {}),
    },
    one.patch ?? {},
  );
  return atTime(document, one.now ?? NOW) as Evidence;
}

/** The same host a while later: everything that failed has installed. */
export function cured(one: CauseCase): CauseCase {
  const since = (one.fails ?? []).map(({ kb, title }) => ({ kb, title, at: '-1h' }) as Told);
  const before = one.installed ?? [{ kb: 'KB5034122', at: '-20d' }];
  return { ...one, installed: [...since, ...before] };
}

function entry(
  { kb, title, code, at, unmapped }: Told,
  result: 'failed' | 'succeeded',
): Record<string, unknown> {
  return {
    time: at,
    operation: 'install',
    result,
    hresult: code ?? '0x00000000',
    title: title ?? titleOf(kb),
    kb: kb ?? null,
    ...(unmapped !== undefined && { unmappedCode: unmapped }),
  };
}

function titleOf(kb: string | undefined): string {
  return `2024-02 Kumulatives Update für Windows 10 Version 22H2 für x64-basierte Systeme (${kb})`;
}

function updateEvent(id: number, { kb, title, code, at }: Told): Record<string, unknown> {
  return {
    log: 'System',
    provider: 'Microsoft-Windows-WindowsUpdateClient',
    id,
    time: at,
    data: {
      updateTitle: title ?? titleOf(kb),
      ...(id === 20 && { errorCode: code?.toLowerCase() }),
    },
  };
}

function searchFailed(code: string): Record<string, unknown> {
  return {
    log: 'Microsoft-Windows-WindowsUpdateClient/Operational',
    provider: 'Microsoft-Windows-WindowsUpdateClient',
    id: 25,
    time: '-5h',
    count: 3,
    data: { errorCode: code.toLowerCase() },
  };
}

function volumes(freeMiB: Readonly<Record<string, number>>): Evidence['volumes'] {
  const isBios = freeMiB['systemReserved'] !== undefined;
  return (HEALTHY.volumes ?? []).map((volume) => {
    const role = volume.role === 'efi' && isBios ? 'systemReserved' : volume.role;
    const free = freeMiB[role];
    return { ...volume, role, ...(free !== undefined && { freeBytes: free * 2 ** 20 }) };
  });
}

function services(modes: Readonly<Record<string, string>>): Evidence['services'] {
  const usual = (HEALTHY.services ?? []).filter(({ name }) => modes[name] === undefined);
  const others = Object.entries(modes).map(([name, startMode]) => ({
    name,
    state: 'stopped',
    startMode,
  }));
  return [...usual, ...others] as Evidence['services'];
}

/** JSON merge patch (RFC 7396). */
function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const merged: Record<string, unknown> = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = mergePatch(merged[key], value);
  }
  return merged;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `-2d` anywhere becomes the time two days before the look. */
function atTime(value: unknown, now: string): unknown {
  if (value === 'now') return now;
  if (typeof value === 'string') {
    const [, sign, amount, unit] = /^([+-])(\d+)([mhd])$/.exec(value) ?? [];
    if (amount === undefined) return value;
    const span = Number(amount) * (UNITS[unit ?? ''] ?? 0) * (sign === '-' ? -1 : 1);
    return new Date(Date.parse(now) + span).toISOString().replace('.000', '');
  }
  if (Array.isArray(value)) return value.map((one) => atTime(one, now));
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, atTime(one, now)]));
  return value;
}
