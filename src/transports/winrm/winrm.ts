/**
 * WinRM: PowerShell on Windows hosts over WS-Man, signed in with NTLMv2 and sealed. Knows hosts, log-ons and scripts;
 * must never know what a script asks for or what its output means.
 */
import { isIP } from 'node:net';
import { ContactError } from '../../core/contact.ts';
import type { WinrmSettings } from '../../core/host.ts';
import type { Logon } from '../../core/secret.ts';
import { asciiName } from '../ascii-name.ts';
import type { Endpoint, OpenContext, Session, Transport } from '../transport.ts';
import type { Peer } from './connect.ts';
import { Conversation } from './conversation.ts';
import { Envelopes } from './envelope.ts';
import { quote } from './host-text.ts';
import { urlOf } from './line.ts';
import { signIn, type Entrance } from './reach.ts';
import { WinrmSession } from './session.ts';
import { Steps } from './steps.ts';
import { trusted } from './tls-trust.ts';

const HTTP_PORT = 5985;
const HTTPS_PORT = 5986;

/** HTTP with sealed messages, or HTTPS with a verified certificate where the settings say `always`. */
export const winrm: Transport<WinrmSettings> = {
  async open(
    endpoint: Endpoint,
    settings: WinrmSettings,
    logon: Logon,
    context: OpenContext,
  ): Promise<Session> {
    if (!settings.auth.includes('negotiate')) throw unavailable(settings, logon);
    if (logon.kind !== 'password') throw unavailable(settings, logon);
    const steps = new Steps(context);
    const entrance: Entrance = {
      peer: await peerOf(endpoint, settings),
      logon,
      admit: context.admit,
    };
    const { line, clockSkewSeconds } = await signIn(entrance, steps, context.signal);
    return new WinrmSession({
      way: { wire: entrance.peer.tls ? 'winrm-https' : 'winrm-http', auth: 'negotiate' },
      conversation: new Conversation(line, entrance, steps),
      envelopes: new Envelopes(urlOf(entrance.peer)),
      account: logon.user,
      ...(settings.endpoint !== undefined && { endpoint: settings.endpoint }),
      steps,
      onCommand: context.onCommand,
      clockSkewSeconds,
    });
  },
};

async function peerOf({ name, dial }: Endpoint, settings: WinrmSettings): Promise<Peer> {
  const isTls = settings.tls === 'always';
  const standard = isTls ? HTTPS_PORT : HTTP_PORT;
  const port = settings.port === 'auto' ? standard : settings.port;
  if (!isTls) return { name, dial, port };
  const context = await trusted(settings.ca);
  const wanted = settings.serverName ?? name;
  const serverName = isIP(wanted) === 0 ? asciiName(wanted) || wanted : wanted;
  return { name, dial, port, tls: { context, serverName } };
}

function unavailable({ auth }: WinrmSettings, { user }: Logon): ContactError {
  const message = `cannot sign in ${quote(user)} with ${auth.join(', ') || 'nothing'}: only negotiate (NTLM) is there; add it to "auth"`;
  return new ContactError({ stage: 'auth', code: 'AUTH_UNAVAILABLE', message });
}
