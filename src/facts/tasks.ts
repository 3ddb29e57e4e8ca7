/** Scheduled patch tasks that missed their starts, and the window they should run in. */
import type { deploymentsShape } from './deployments.ts';
import type { installedShape } from './installed.ts';
import type { offeredShape } from './offers.ts';
import type { Reading } from './reading.ts';
import { DAY, HOUR, timeOf } from './reading.ts';
import type { Fact } from './shape.ts';
import { NEVER, unknown } from './shape.ts';

const taskShape = {
  path: 'string',
  missedRuns: 'double',
  lastRun: 'time',
  idleDays: 'double',
  enabled: 'bool',
  /** Its last run ended well, or it never ran. */
  isFine: 'bool',
} as const;

export const tasksShape = {
  missed: [taskShape],
  /** Updates known to be missing: offered, or deployed and not detected. */
  wanting: 'double',
  /** Nothing was installed in due time, as far as is known. */
  isOverdue: 'bool',
} as const;

/** Programs that update themselves; what they miss is no patch of ours. */
const SELF_UPDATERS =
  /^\\(Google|MicrosoftEdge|OneDrive|Adobe|Mozilla|NVIDIA|Opera|Brave|Dropbox|Zoom|Lenovo|Dell|HP|Intel|Java|Office|CCleaner)/i;

const STILL_RUNNING = new Set(['', '0x00000000', '0x00041301', '0x00041303']);

/** What the host should have by now; unknown facts are empty and add nothing. */
interface Expected {
  readonly installed: Fact<typeof installedShape>;
  readonly offered: Fact<typeof offeredShape>;
  readonly deployments: Fact<typeof deploymentsShape>;
}

/** Patch tasks that missed starts. Tasks of Windows itself catch up on their own. */
export function tasksFact(
  reading: Reading,
  { installed, offered, deployments }: Expected,
): Fact<typeof tasksShape> {
  const { tasks } = reading.evidence;
  if (tasks === undefined || !reading.has('tasks')) return unknown(tasksShape);
  const missed = tasks
    .map((task, position) => ({ task, position }))
    .filter(({ task }) => (task.missedRuns ?? 0) > 0 && !/^\\Microsoft\\Windows\\/i.test(task.path))
    .filter(({ task }) => !SELF_UPDATERS.test(task.path))
    .map(({ task, position }) => {
      const lastRun = timeOf(task.lastRun);
      return {
        from: `/tasks/${position}/missedRuns`,
        path: task.path,
        missedRuns: task.missedRuns ?? 0,
        lastRun: lastRun === 0 ? NEVER : new Date(lastRun),
        idleDays: lastRun === 0 ? 999 : (reading.now - lastRun) / DAY,
        enabled: task.enabled !== false,
        isFine: STILL_RUNNING.has(rawCode(task.lastResult)),
      };
    });
  return {
    known: true,
    from: '/tasks',
    missed,
    wanting: offered.count + deployments.missing,
    isOverdue: !installed.known || !installed.isInDueTime,
  };
}

/** Task results are small success codes as they stand, not Win32 errors. */
function rawCode(code: string | undefined): string {
  return code?.replace(/^0x/i, '0x').toUpperCase().replace('0X', '0x') ?? '';
}

export const windowShape = { isShort: 'bool', hours: 'double', text: 'string' } as const;

/** A maintenance window written as `22:00-04:00`; its length where it can be read. */
export function windowFact({ evidence }: Reading): Fact<typeof windowShape> {
  const agents = evidence.agents ?? [];
  const position = agents.findIndex(({ maintenanceWindow }) =>
    /\d{1,2}:\d{2}/.test(maintenanceWindow ?? ''),
  );
  const text = agents[position]?.maintenanceWindow ?? '';
  const match = /(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})/.exec(text);
  if (match === null) return unknown(windowShape);
  const [start = 0, startMinute = 0, end = 0, endMinute = 0] = match.slice(1).map(Number);
  const minutes = (end * 60 + endMinute - start * 60 - startMinute + 24 * 60) % (24 * 60);
  const hours = (minutes * 60_000) / HOUR;
  return {
    known: true,
    from: `/agents/${position}/maintenanceWindow`,
    isShort: hours > 0 && hours < 1,
    hours,
    text,
  };
}
