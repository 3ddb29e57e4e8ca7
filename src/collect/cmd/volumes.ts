/** `volumes`: room on the system volume. `fsutil volume diskfree` prints free bytes, then all bytes, in any language. */
import { answered, CouldNotLook, linesOf, printed, type Question } from './question.ts';

export const volumes: Question = {
  section: 'volumes',
  commands: ['echo %SystemDrive%', 'fsutil.exe volume diskfree %SystemDrive%'],
  read([drive, room]) {
    // `echo` leaves the exit code of the command before it.
    const mount = /^\s*([A-Z]:)/m.exec(answered(drive).text)?.[1];
    if (mount === undefined) throw new CouldNotLook('%SystemDrive% names no drive');
    const [free, size] = linesOf(printed(room, 'fsutil')).flatMap(bytesIn);
    if (free === undefined || size === undefined || free > size || size === 0)
      throw new CouldNotLook('fsutil printed no two numbers that can be room and size');
    return {
      evidence: { volumes: [{ mount, role: 'system', sizeBytes: size, freeBytes: free }] },
      errors: [],
    };
  },
};

/** `Total free bytes : 1,288,490,188 (  1.2 GB)`: digits behind the colon, whatever stands between them. */
function bytesIn(line: string): readonly number[] {
  const colon = line.indexOf(':');
  if (colon < 0) return [];
  const digits = (line.slice(colon + 1).split('(', 1)[0] ?? '').replace(/\D/g, '');
  return digits === '' || digits.length > 15 ? [] : [Number(digits)];
}
