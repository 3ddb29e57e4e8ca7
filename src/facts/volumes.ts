/** Free space: the system volume, the hidden boot partition, the recovery partition. As of this look, never older. */
import type { Evidence } from '../core/look.ts';
import type { Reading, ReadEvent } from './reading.ts';
import { countOf, DAY, field, LOGS } from './reading.ts';
import { resultCode } from './result-code.ts';
import type { Fact } from './shape.ts';
import { unknown } from './shape.ts';
import type { Installations } from './open-failures.ts';

const GIB = 2 ** 30;
const MIB = 2 ** 20;

export const systemShape = {
  mount: 'string',
  freeGiB: 'double',
  sizeGiB: 'double',
  dirty: 'bool',
} as const;
export const bootShape = { role: 'string', freeMiB: 'double', sizeMiB: 'double' } as const;
export const winreShape = {
  enabled: 'bool',
  hasPartition: 'bool',
  sizeMiB: 'double',
  freeMiB: 'double',
} as const;
export const winreAgentShape = {
  errors: 'double',
  /** Of these: with a code that speaks of space, and with another one. */
  spaceErrors: 'double',
  otherErrors: 'double',
} as const;

type Volume = NonNullable<Evidence['volumes']>[number];

function find(
  reading: Reading,
  ...roles: readonly Volume['role'][]
): { volume: Volume; from: string } | undefined {
  const volumes = reading.evidence.volumes ?? [];
  const index = volumes.findIndex(({ role }) => roles.includes(role));
  const volume = volumes[index];
  if (volume === undefined) return undefined;
  // More free than there is: one of the two is wrong, and nobody knows which.
  const freeBytes = (volume.freeBytes ?? 0) > volume.sizeBytes ? null : volume.freeBytes;
  return { volume: { ...volume, freeBytes }, from: `/volumes/${index}` };
}

export function systemFact(reading: Reading): Fact<typeof systemShape> {
  const found = find(reading, 'system');
  if (found === undefined || found.volume.freeBytes === null) return unknown(systemShape);
  const { mount, freeBytes, sizeBytes, dirty } = found.volume;
  return {
    known: true,
    from: `${found.from}/freeBytes`,
    mount: mount ?? 'the system volume',
    freeGiB: freeBytes / GIB,
    sizeGiB: sizeBytes / GIB,
    dirty: dirty === true,
  };
}

/** The EFI or system reserved partition, whichever the host starts from. */
export function bootFact(reading: Reading): Fact<typeof bootShape> {
  const found = find(reading, 'efi', 'systemReserved');
  if (found === undefined || found.volume.freeBytes === null) return unknown(bootShape);
  const { role, freeBytes, sizeBytes } = found.volume;
  return {
    known: true,
    from: `${found.from}/freeBytes`,
    role: role === 'efi' ? 'EFI' : 'system reserved',
    freeMiB: freeBytes / MIB,
    sizeMiB: sizeBytes / MIB,
  };
}

export function winreFact(reading: Reading): Fact<typeof winreShape> {
  const { recovery, volumes } = reading.evidence;
  const told = recovery?.winrePartitionFreeBytes ?? undefined;
  const found = find(reading, 'recovery');
  const free = told ?? found?.volume.freeBytes ?? undefined;
  const size = recovery?.winrePartitionSizeBytes ?? found?.volume.sizeBytes ?? 0;
  if (free === undefined && (recovery === undefined || volumes === undefined))
    return unknown(winreShape);
  const freeFrom =
    told === undefined ? (found?.from ?? '/volumes') : '/recovery/winrePartitionFreeBytes';
  return {
    known: true,
    from: freeFrom,
    // Not told is not "off": only a plain no counts.
    enabled: recovery?.winreEnabled !== false,
    hasPartition: free !== undefined,
    sizeMiB: size / MIB,
    freeMiB: (free ?? 0) / MIB,
  };
}

const SPACE_CODES = new Set(['0x80070070', '0x800F0828']);

/** What the recovery environment's own agent reported in the week before its update failed. */
export function winreAgentFact(
  reading: Reading,
  { open }: Installations,
): Fact<typeof winreAgentShape> {
  if (!open.known) return unknown(winreAgentShape);
  const failure = open.installs.find(({ family }) => family === 'winre');
  const until = failure?.at.getTime() ?? 0;
  const near = reading
    .events('winreagent', 4502)
    .filter(({ at }) => at > until - 7 * DAY && at < until + DAY);
  if (near.length === 0 && !reading.hears(LOGS.system)) return unknown(winreAgentShape);
  const codeOf = ({ event }: ReadEvent): string =>
    resultCode(field(event, 'ErrorCode', 'errorCode'));
  return {
    known: true,
    from: near.at(-1)?.from ?? '/events',
    errors: countOf(near),
    spaceErrors: countOf(near.filter((event) => SPACE_CODES.has(codeOf(event)))),
    otherErrors: countOf(
      near.filter((event) => codeOf(event) !== '' && !SPACE_CODES.has(codeOf(event))),
    ),
  };
}
