/** What application control, Defender and Restart Manager logged while an installation failed. */
import type { Installations } from './open-failures.ts';
import { knownStart } from './open-failures.ts';
import type { Reading } from './reading.ts';
import { countOf, HOUR, LOGS } from './reading.ts';
import type { Fact } from './shape.ts';
import { NEVER, unknown } from './shape.ts';

const blockShape = { by: 'string', what: 'string', at: 'time' } as const;
export const blocksShape = {
  control: [blockShape],
  protection: [blockShape],
  restarts: 'double',
} as const;

/** Blocks that application control or Defender logged within an hour of a failure. Audit-only events are none. */
export function blocksFact(reading: Reading, { open }: Installations): Fact<typeof blocksShape> {
  if (!open.known) return unknown(blocksShape);
  const isNear = (at: number): boolean =>
    open.installs.some(
      (failure) => at >= knownStart(failure).getTime() - HOUR && at <= failure.at.getTime() + HOUR,
    );
  const control = [
    ...reading.events('applocker', 8004, 8007),
    ...reading.events('codeintegrity', 3077),
    ...reading.events('code integrity', 3077),
  ].filter(({ at }) => isNear(at));
  const protection = reading
    .events('windows defender', 1116, 1117, 1121, 1123)
    .filter(({ at }) => isNear(at));
  const restarts = reading.events('restartmanager', 10_006, 10_010).filter(({ at }) => isNear(at));
  const isSilent = control.length + protection.length + restarts.length === 0;
  if (isSilent && !reading.hears(...LOGS.appLocker, LOGS.codeIntegrity, LOGS.defender))
    return unknown(blocksShape);
  const describe = (list: typeof control): Fact<typeof blocksShape>['control'] =>
    list.map(({ event, at, from }) => ({
      from,
      by: `${event.provider.replace(/^Microsoft-Windows-/, '')} ${event.id}`,
      what: String(
        Object.values(event.data ?? {}).find(
          (value) => typeof value === 'string' && value.includes('\\'),
        ) ?? '',
      ),
      at: at === 0 ? NEVER : new Date(at),
    }));
  return {
    known: true,
    from: control[0]?.from ?? protection[0]?.from ?? '/events',
    control: describe(control).toReversed(),
    protection: describe(protection).toReversed(),
    restarts: countOf(restarts),
  };
}
