import { execFile } from 'node:child_process';
import type { ConsoleFinding } from '../console-report.ts';

export interface KerberosTools {
  /** Whether GSSAPI, or SSPI on Windows, can be called. */
  readonly hasLibrary: boolean;
  readonly isWindows: boolean;
  /** Exit code and first lines of klist(1); undefined where there is none. */
  readonly klist: (...args: readonly string[]) => Promise<Klist | undefined>;
}

interface Klist {
  readonly exitCode: number;
  readonly stdout: string;
}

const ABOUT = 'Kerberos';

/** Whether a ticket is there, by klist's exit code (MIT and Heimdal: `-s`); its words are shown, never judged. */
export async function checkKerberos({
  hasLibrary,
  isWindows,
  klist,
}: KerberosTools): Promise<ConsoleFinding> {
  if (isWindows)
    return hasLibrary
      ? {
          about: ABOUT,
          verdict: 'info',
          text: 'tickets are those of the Windows session of whoever runs this; whether it has any was not looked at',
        }
      : {
          about: ABOUT,
          verdict: 'info',
          text: 'the package "koffi" is not there; NTLM, Basic and SSH work without it',
          next: 'where hosts want it: npm ci',
        };
  if (!hasLibrary)
    return {
      about: ABOUT,
      verdict: 'info',
      text: 'no GSSAPI library is there (or the package "koffi" is not); NTLM, Basic and SSH work without it',
      next: 'where hosts want it: apt install libgssapi-krb5-2 krb5-user, then npm ci',
    };
  const ticket = await klist('-s');
  if (ticket === undefined)
    return {
      about: ABOUT,
      verdict: 'info',
      text: 'the library is there; klist is not, so tickets were not looked at',
    };
  if (ticket.exitCode !== 0)
    return {
      about: ABOUT,
      verdict: 'info',
      text: 'the library is there, a valid ticket is not',
      next: 'kinit USER@REALM',
    };
  const principal = /: (\S+@\S+)/.exec((await klist())?.stdout ?? '')?.[1];
  return {
    about: ABOUT,
    verdict: 'ok',
    text: `a valid ticket${principal === undefined ? '' : ` of ${principal}`}`,
  };
}

export function runKlist(...args: readonly string[]): Promise<Klist | undefined> {
  const { PATH, HOME, KRB5CCNAME, KRB5_CONFIG } = process.env;
  const env = { LC_ALL: 'C', PATH, HOME, KRB5CCNAME, KRB5_CONFIG };
  return new Promise((resolve) => {
    execFile('klist', [...args], { env, timeout: 3000, windowsHide: true }, (error, stdout) => {
      if (error === null) resolve({ exitCode: 0, stdout });
      else resolve(typeof error.code === 'number' ? { exitCode: error.code, stdout } : undefined);
    });
  });
}
