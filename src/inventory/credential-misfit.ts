/** Which credentials a transport can use: told from the inventory alone, before any contact. */
import type { CredentialSpec } from '../credentials/credential-spec.ts';
import type { Settings } from './format.ts';

/** Why a host cannot be reached with its credential, in one line; `undefined` when it may be tried. */
export function misfitOf(
  spec: CredentialSpec,
  transport: NonNullable<Settings['transport']>,
  winrm: NonNullable<Settings['winrm']>,
): string | undefined {
  const what = `credential "${spec.name}" is`;
  if (spec.kind === 'unusable') return spec.reason;
  if (transport === 'winrm' && spec.kind === 'key')
    return `${what} an SSH key, which WinRM does not take: name one with a password, a ticket or a certificate`;
  if (transport === 'winrm' && spec.kind === 'certificate' && winrm.tls === 'never')
    return `${what} a certificate, which needs HTTPS: set winrm.tls to always`;
  const isBasicOnly = winrm.auth?.every((scheme) => scheme === 'basic') === true;
  if (transport === 'winrm' && isBasicOnly && spec.kind === 'ticket')
    return `${what} a Kerberos ticket, which basic cannot use: set winrm.auth to kerberos`;
  if (transport === 'winrm' && isBasicOnly && spec.kind !== 'certificate' && winrm.tls === 'never')
    return `winrm.auth is basic, which needs HTTPS: set winrm.tls to always`;
  if (transport === 'ssh' && spec.kind === 'ticket')
    return `${what} a Kerberos ticket, which is not used over SSH: name one with a password or a key`;
  if (transport === 'ssh' && spec.kind === 'certificate')
    return `${what} a client certificate, which SSH does not take: name one with a password or a key`;
  return undefined;
}
