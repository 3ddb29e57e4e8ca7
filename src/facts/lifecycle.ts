/** Is this version of Windows still supported, at the time of the look? */
import type { Knowledge, LifecycleRow } from './knowledge.ts';
import type { Reading } from './reading.ts';
import { DAY, timeOf } from './reading.ts';
import type { Fact } from './shape.ts';
import { NEVER, unknown } from './shape.ts';
import type { Installations } from './open-failures.ts';

export const lifecycleShape = {
  name: 'string',
  supportEnd: 'time',
  /** The table names no source for the end. */
  unsure: 'bool',
  ended: 'bool',
  endedDays: 'double',
  /** Extended updates exist for it and have not ended. */
  hasExtended: 'bool',
  /** yes, no or unknown: null from the host is not "no". */
  licensed: 'string',
  /** Something of the system was installed well after the end, and not long ago: updates do arrive. */
  receiving: 'bool',
} as const;

// The last public build of Windows 10; a higher one came as an extended update, whatever the licence query says.
const LAST_PUBLIC: ReadonlyMap<number, number> = new Map([[19_045, 6456]]);

/** The last public update may go in weeks late; what is installed after the next Patch Tuesday is none of the public ones. */
const NEXT_MONTHLY = 27 * DAY;
/** Extended updates come monthly: after three months without one, a lone update since the end was none of them. */
const STILL_RECEIVING_DAYS = 92;

export function lifecycleFact(
  reading: Reading,
  { lifecycle }: Knowledge,
  { installed }: Installations,
): Fact<typeof lifecycleShape> {
  const { os } = reading.evidence;
  const row =
    os && rowFor(lifecycle, os.build, editionClass(os.edition ?? '', os.productType, os.build));
  if (os === undefined || row === undefined) return unknown(lifecycleShape);
  const end = timeOf(row.supportEnd);
  const ended = end > 0 && reading.now > end + DAY;
  const beyond = LAST_PUBLIC.get(os.build);
  const isBeyond = beyond !== undefined && (os.ubr ?? 0) > beyond;
  return {
    known: true,
    from: '/os/build',
    ...(os.esuLicensed !== undefined && { fromField: { licensed: '/os/esuLicensed' } }),
    name: row.name,
    supportEnd: end === 0 ? NEVER : new Date(end),
    unsure: row.isUnsure === true,
    ended,
    endedDays: ended ? (reading.now - end) / DAY : 0,
    hasExtended: row.esuEnd !== '' && reading.now <= timeOf(row.esuEnd) + DAY,
    licensed: os.esuLicensed === true ? 'yes' : os.esuLicensed === false ? 'no' : 'unknown',
    receiving:
      isBeyond ||
      (ended &&
        installed.newest.getTime() > end + NEXT_MONTHLY &&
        installed.ageDays <= STILL_RECEIVING_DAYS),
  };
}

/** Which row of the table an edition falls under. LTSC editions end in S; servers say so in edition or type. */
function editionClass(edition: string, productType: string | undefined, build: number): string {
  if (productType === 'server' || productType === 'domainController' || /^Server/i.test(edition))
    return 'server';
  // IoT LTSC of 2021 and 2024 is served for ten years, its plain twin for five.
  if (/^IoTEnterpriseS/i.test(edition)) return 'iot-ltsc';
  if (/^EnterpriseS/i.test(edition)) return 'ltsc';
  // Windows 10 IoT and Education follow Enterprise.
  if (/^(Enterprise|Education|IoTEnterprise)/i.test(edition)) return 'enterprise';
  return build === 0 ? 'any' : 'consumer';
}

function rowFor(
  table: readonly LifecycleRow[],
  build: number,
  wanted: string,
): LifecycleRow | undefined {
  const rows = table.filter((row) => row.build === build);
  const own = rows.find(({ editionClass }) => editionClass === wanted);
  // Where IoT has no row of its own, it ends with the plain edition.
  if (own === undefined && wanted === 'iot-ltsc') return rowFor(table, build, 'ltsc');
  // A server's build says nothing about a client's edition of the same number, and the other way round.
  const any =
    wanted === 'server' || wanted === 'ltsc'
      ? undefined
      : rows.find(({ editionClass }) => editionClass === 'any');
  return own ?? any;
}
