/** Is there a Kerberos ticket to use? Asked once before the run, so that a thousand hosts need not say that there is none. */
import { execFile } from 'node:child_process';

const LIMIT_MS = 10_000;

/**
 * `klist -s` of MIT Kerberos and Heimdal says by its exit code whether a cache has a ticket that has not expired.
 * `unknown` where there is no such program, and on Windows, whose klist is another one.
 */
export function findTicket(env: NodeJS.ProcessEnv): Promise<'there' | 'none' | 'unknown'> {
  if (process.platform === 'win32') return Promise.resolve('unknown');
  return new Promise((resolve) => {
    execFile('klist', ['-s'], { env, timeout: LIMIT_MS, killSignal: 'SIGKILL' }, (error) => {
      if (error === null) resolve('there');
      else resolve(error.code === 1 ? 'none' : 'unknown');
    });
  });
}
