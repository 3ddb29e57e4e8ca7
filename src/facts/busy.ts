/** What holds Windows Installer or servicing now. An idle msiexec lives on for ten minutes: a process is not proof. */
import type { Reading } from './reading.ts';
import { HOUR, timeOf } from './reading.ts';
import type { Fact } from './shape.ts';
import { unknown } from './shape.ts';

const processShape = {
  name: 'string',
  hours: 'double',
  parent: 'string',
  commandLine: 'string',
} as const;
export const busyShape = {
  /** Windows Installer itself says that an installation is in progress. */
  inProgress: 'bool',
  holder: 'string',
  /** Installers and servicing at work for more than an hour. */
  long: [processShape],
  hours: 'double',
} as const;

const INSTALLERS = /^(msiexec|tiworker|wusa|dism|setup|setuphost|trustedinstaller)(\.exe)?$/i;

export function busyFact(reading: Reading): Fact<typeof busyShape> {
  const { installer, processes } = reading.evidence;
  if (installer === undefined && processes === undefined) return unknown(busyShape);
  const long = (processes ?? [])
    .map((process, position) => ({ process, position }))
    .filter(({ process }) => INSTALLERS.test(process.name) && process.startedAt !== undefined)
    .map(({ process, position }) => ({
      from: `/processes/${position}`,
      name: process.name,
      hours: (reading.now - timeOf(process.startedAt)) / HOUR,
      parent: process.parent ?? '',
      commandLine: process.commandLine ?? process.name,
    }))
    .filter(({ hours }) => hours > 1)
    .toSorted((a, b) => b.hours - a.hours);
  return {
    known: true,
    from: installer === undefined ? (long[0]?.from ?? '/processes') : '/installer',
    inProgress: installer?.inProgress === true,
    holder: installer?.holder ?? long[0]?.commandLine ?? '',
    long,
    hours: long[0]?.hours ?? 0,
  };
}
