/** The one way in which a credential that cannot be had is told. */
import { PatchwhyError } from '../core/error.ts';

/** `credentials.CODE`, exit 6. `reason` names the reference, never the value. */
export function failure(
  credential: string,
  code: string,
  reason: string,
  hint: string,
): PatchwhyError {
  const message = `credential "${credential}": ${reason}`;
  return new PatchwhyError(`credentials.${code}`, message, hint, { exitCode: 6 });
}
