/** Faults of the disk and its file system. Windows' ids 7, 11 and 51 are I/O errors, not a lack of space. */
import type { Reading, ReadEvent } from './reading.ts';
import { countOf, DAY, LOGS } from './reading.ts';
import type { Fact } from './shape.ts';
import { unknown } from './shape.ts';

export const diskShape = {
  /** Bad blocks, controller and paging errors of the system disk, file system damage, in the last 30 days. */
  faults: 'double',
  /** Of these: bad blocks and paging errors. */
  badBlocks: 'double',
  /** Slow answers and resets: a sign only beside an I/O code. */
  latency: 'double',
  /** Faults of other disks, perhaps of a stick. */
  others: 'double',
  dirty: 'bool',
} as const;

export function diskFact(reading: Reading): Fact<typeof diskShape> {
  const { volumes } = reading.evidence;
  const isRecent = ({ at }: ReadEvent): boolean => reading.now - at <= 30 * DAY;
  const disk = reading.events('disk', 7, 11, 51).filter(isRecent);
  const own = disk.filter(isSystemDisk);
  const fileSystem = reading
    .events('ntfs', 55, 98)
    // 98 of level 4 says "healthy" and is written at every mount.
    .filter(({ event }) => event.id === 55 || (event.level ?? 4) <= 3)
    .filter(isRecent)
    .filter(isSystemVolume);
  const slow = [
    ...reading.events('disk', 153),
    ...reading.events('storahci', 129),
    ...reading.events('stornvme', 129),
  ];
  const dirty =
    volumes?.findIndex((volume) => volume.dirty === true && volume.role === 'system') ?? -1;
  const faults = [...own, ...fileSystem];
  const isSilent = disk.length + fileSystem.length + slow.length === 0 && dirty < 0;
  if (isSilent && !reading.hears(LOGS.system)) return unknown(diskShape);
  return {
    known: true,
    from:
      faults.at(-1)?.from ??
      (dirty >= 0 ? `/volumes/${dirty}/dirty` : volumes === undefined ? '/events' : '/volumes'),
    ...(dirty >= 0 && { fromField: { dirty: `/volumes/${dirty}/dirty` } }),
    faults: countOf(faults),
    badBlocks: countOf(own.filter(({ event }) => event.id !== 11)),
    latency: countOf(slow.filter(isRecent)),
    others: countOf(disk) - countOf(own),
    dirty: dirty >= 0,
  };
}

/** Events name `\Device\Harddisk0\DR0`; Windows starts from disk 0, others may be removable. */
function isSystemDisk({ event }: ReadEvent): boolean {
  const text = Object.values(event.data ?? {}).join(' ');
  const number = /Harddisk(\d+)/i.exec(text)?.[1];
  return number === undefined || number === '0';
}

function isSystemVolume({ event }: ReadEvent): boolean {
  const drive = /\b([A-Z]):/.exec(Object.values(event.data ?? {}).join(' '))?.[1];
  return drive === undefined || drive === 'C';
}
