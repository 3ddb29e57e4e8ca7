/** The operating system and its machine: build, memory, power, clock. */
import type { Reading } from './reading.ts';
import { countOf, DAY, timeOf } from './reading.ts';
import type { Fact } from './shape.ts';
import { NEVER, unknown } from './shape.ts';

export const osShape = {
  build: 'double',
  ubr: 'double',
  edition: 'string',
  isServer: 'bool',
  lastBoot: 'time',
  languageMode: 'string',
} as const;

export function osFact({ evidence, past }: Reading): Fact<typeof osShape> {
  const { os } = evidence;
  if (os === undefined) return unknown(osShape);
  const lastBoot = past(timeOf(os.lastBoot));
  return {
    known: true,
    from: '/os/build',
    ...(lastBoot > 0 && { fromField: { lastBoot: '/os/lastBoot' } }),
    build: os.build,
    ubr: os.ubr ?? 0,
    edition: os.edition ?? '',
    isServer: os.productType === 'server' || os.productType === 'domainController',
    lastBoot: lastBoot === 0 ? NEVER : new Date(lastBoot),
    languageMode: os.languageMode ?? '',
  };
}

/** What a newer version of Windows asks of the machine. */
export const machineShape = { isBios: 'bool', tpm: 'string', isTpmOld: 'bool' } as const;

export function machineFact({ evidence }: Reading): Fact<typeof machineShape> {
  const { firmware, tpmVersion } = evidence.platform ?? {};
  const tpm = tpmVersion ?? '';
  if (firmware === undefined && tpm === '') return unknown(machineShape);
  return {
    known: true,
    from: firmware === undefined ? '/platform/tpmVersion' : '/platform/firmware',
    ...(tpm !== '' && { fromField: { tpm: '/platform/tpmVersion' } }),
    isBios: firmware === 'bios',
    tpm,
    isTpmOld: Number.parseFloat(tpm) < 2,
  };
}

const GIB = 2 ** 30;

export const memoryShape = {
  totalGiB: 'double',
  freeGiB: 'double',
  isShort: 'bool',
  exhausted: 'double',
} as const;

export function memoryFact(reading: Reading): Fact<typeof memoryShape> {
  const { memoryBytes, commitFreeBytes } = reading.evidence.platform ?? {};
  const recent = reading
    .events('resource-exhaustion-detector', 2004)
    .filter(({ at }) => reading.now - at <= 14 * DAY);
  if (commitFreeBytes === undefined && recent.length === 0) return unknown(memoryShape);
  return {
    known: true,
    from: commitFreeBytes === undefined ? (recent.at(-1)?.from ?? '') : '/platform/commitFreeBytes',
    totalGiB: (memoryBytes ?? 0) / GIB,
    freeGiB: (commitFreeBytes ?? 0) / GIB,
    isShort: commitFreeBytes !== undefined && commitFreeBytes < GIB / 2,
    exhausted: countOf(recent),
  };
}

/** Power and link, only where somebody looked: null is not "no". */
export const conditionsShape = {
  onBattery: 'bool',
  metered: 'bool',
  batteryPercent: 'double',
  /** Times the host went to sleep in the last three weeks. */
  sleeps: 'double',
} as const;

export function conditionsFact(reading: Reading): Fact<typeof conditionsShape> {
  const { platform, network } = reading.evidence;
  const sleeps = reading
    .events('kernel-power', 42)
    .filter(({ at }) => reading.now - at <= 21 * DAY);
  const onAc = platform?.onAcPower ?? undefined;
  const metered = network?.metered ?? undefined;
  if (onAc === undefined && metered === undefined && sleeps.length === 0)
    return unknown(conditionsShape);
  return {
    known: true,
    from:
      onAc === false
        ? '/platform/onAcPower'
        : metered === undefined
          ? (sleeps.at(-1)?.from ?? '')
          : '/network/metered',
    ...(sleeps.length > 0 && { fromField: { sleeps: sleeps.at(-1)?.from ?? '' } }),
    onBattery: onAc === false,
    metered: metered === true,
    batteryPercent: platform?.batteryPercent ?? 0,
    sleeps: countOf(sleeps),
  };
}

export const clockShape = { skewSeconds: 'double', words: 'string', timeEvents: 'double' } as const;

export function clockFact(reading: Reading): Fact<typeof clockShape> {
  const { clockSkewSeconds } = reading.evidence;
  if (clockSkewSeconds === undefined) return unknown(clockShape);
  return {
    known: true,
    from: '/clockSkewSeconds',
    skewSeconds: Math.abs(clockSkewSeconds),
    words: `${duration(Math.abs(clockSkewSeconds))} ${clockSkewSeconds < 0 ? 'behind' : 'ahead'}`,
    timeEvents: countOf(reading.events('time-service', 36, 47, 50)),
  };
}

function duration(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3600)} h`;
}
