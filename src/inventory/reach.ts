/** How a host is reached, or why this version cannot reach it. */
import type { Reach, WinrmSettings } from '../core/host.ts';
import type { CredentialSpec } from '../credentials/credential-spec.ts';
import { pathFrom } from '../credentials/secret-ref.ts';
import { misfitOf } from './credential-misfit.ts';
import type { Settings } from './format.ts';

export const DEFAULT_WINRM: WinrmSettings = { tls: 'auto', auth: ['negotiate'], port: 'auto' };

/** Paths are relative to `folder`. What is not there yet makes the host unavailable, never tried by another way. */
export function reachOf(
  settings: Settings,
  credentials: ReadonlyMap<string, CredentialSpec>,
  folder: string,
): Reach {
  const { transport = 'winrm', winrm = {} } = settings;
  const credential = settings.credential?.name;
  const auth = winrm.auth ?? DEFAULT_WINRM.auth;
  const unavailable = (reason: string): Reach => ({ kind: 'unavailable', transport, reason });

  if (transport !== 'winrm')
    return unavailable(`transport "${transport}" comes in a later version`);
  if (settings.via)
    return unavailable(
      `behind jump host "${settings.via.name}"; jump hosts come in a later version`,
    );
  if (winrm.fingerprint !== undefined) {
    return unavailable(
      'pinned by winrm.fingerprint, which comes in a later version; winrm.ca works',
    );
  }
  if (!auth.includes('negotiate')) {
    return unavailable(
      `winrm.auth allows ${auth.join(', ')} only; this version signs in by negotiate`,
    );
  }
  const spec = credential === undefined ? undefined : credentials.get(credential);
  const misfit = spec && misfitOf(spec, transport, winrm);
  if (misfit !== undefined) return unavailable(misfit);
  return {
    kind: 'winrm',
    credential,
    via: [],
    winrm: {
      tls: winrm.tls ?? DEFAULT_WINRM.tls,
      auth,
      port: winrm.port ?? DEFAULT_WINRM.port,
      ...(winrm.ca !== undefined && { ca: pathFrom(winrm.ca, folder) }),
      ...(winrm.server_name !== undefined && { serverName: winrm.server_name }),
    },
  };
}
