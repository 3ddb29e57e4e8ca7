/**
 * WinRM: PowerShell on Windows hosts over WS-Man, signed in with Kerberos, NTLMv2, Basic or a certificate; sealed, or
 * inside TLS. Knows hosts, log-ons and scripts; must never know what a script asks for or what its output means.
 */
import { isIP } from 'node:net';
import { ContactError } from '../../core/contact.ts';
import type { WinrmSettings } from '../../core/host.ts';
import type { Logon } from '../../core/secret.ts';
import { asciiName } from '../ascii-name.ts';
import { Steps } from '../steps.ts';
import type { Endpoint, OpenContext, Session, Transport } from '../transport.ts';
import type { Peer, Trust } from './connect.ts';
import { Conversation } from './conversation.ts';
import { Envelopes } from './envelope.ts';
import type { FirstUse } from './first-use.ts';
import { quote } from './host-text.ts';
import { urlOf } from './line.ts';
import { signIn, type Entrance } from './reach.ts';
import { schemesOf } from './scheme.ts';
import { WinrmSession } from './session.ts';
import { trusted } from './tls-trust.ts';

const HTTP_PORT = 5985;
const HTTPS_PORT = 5986;

/** @param firstUse where certificates are kept that are trusted because they were met before; absent: none is. */
export function createWinrm(firstUse?: FirstUse): Transport<WinrmSettings> {
  /** The door by which a host was entered in this run: a second contact does not look for it again. */
  const taken = new Map<string, 'http' | 'https'>();
  return {
    async open(
      endpoint: Endpoint,
      settings: WinrmSettings,
      logon: Logon,
      context: OpenContext,
    ): Promise<Session> {
      const { name } = endpoint;
      const { spnHost } = settings;
      const schemes = schemesOf(settings.auth, logon, {
        name,
        ...(spnHost !== undefined && { spnHost }),
      });
      if (schemes.length === 0) throw unavailable(settings, logon);
      const doors = await doorsOf(endpoint, settings, logon, firstUse);
      const before = taken.get(name);
      const known = doors.filter(({ tls }) => before === (tls ? 'https' : 'http'));
      const entrance: Entrance = {
        doors: known.length > 0 ? known : doors,
        schemes,
        admit: context.admit,
        ...(context.onHello && { onHello: context.onHello }),
      };
      const steps = new Steps(context);
      const signedIn = signIn(entrance, steps, context.signal);
      signedIn.catch(() => taken.delete(name)); // the door may have been closed since
      const { line, scheme, clockSkewSeconds } = await signedIn;
      taken.set(name, line.peer.tls ? 'https' : 'http');
      return new WinrmSession({
        way: { wire: line.peer.tls ? 'winrm-https' : 'winrm-http', auth: scheme.name },
        conversation: new Conversation(line, { ...entrance, schemes: [scheme] }, steps),
        envelopes: new Envelopes(urlOf(line.peer)),
        account: logon.kind === 'ticket' ? logon.user || 'the ticket' : logon.user,
        ...(settings.endpoint !== undefined && { endpoint: settings.endpoint }),
        steps,
        onCommand: context.onCommand,
        clockSkewSeconds,
      });
    },
  };
}

async function doorsOf(
  { name, dial }: Endpoint,
  settings: WinrmSettings,
  logon: Logon,
  firstUse: FirstUse | undefined,
): Promise<readonly Peer[]> {
  const { tls, port, serverName, ca, fingerprint } = settings;
  const http: Peer = { name, dial, port: port === 'auto' ? HTTP_PORT : port };
  // A port that is given without a word on TLS is that of HTTP, unless it is the one of HTTPS.
  if (tls === 'never' || (tls === 'auto' && port !== 'auto' && port !== HTTPS_PORT)) return [http];
  const wanted = serverName ?? name;
  const https: Peer = {
    name,
    dial,
    port: port === 'auto' ? HTTPS_PORT : port,
    tls: {
      context: await trusted(ca, logon.kind === 'certificate' ? logon : undefined),
      serverName: isIP(wanted) === 0 ? asciiName(wanted) || wanted : wanted,
      trust: trustOf(fingerprint, firstUse),
    },
  };
  return tls === 'always' || port !== 'auto' ? [https] : [https, http];
}

function trustOf(fingerprint: string | undefined, firstUse: FirstUse | undefined): Trust {
  if (fingerprint !== undefined) return { kind: 'pin', sha256: fingerprint };
  return firstUse ? { kind: 'first-use', store: firstUse } : { kind: 'authorities' };
}

function unavailable({ auth }: WinrmSettings, logon: Logon): ContactError {
  const have = {
    password: 'a password',
    ticket: 'a ticket',
    key: 'an SSH key',
    certificate: 'a certificate',
  };
  const message = `"${quote(logon.user)}" has ${have[logon.kind]}, which ${auth.join(', ') || 'no scheme'} cannot use; change "auth" or the credential`;
  return new ContactError({ stage: 'auth', code: 'AUTH_UNAVAILABLE', message });
}
