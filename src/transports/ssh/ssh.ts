/**
 * SSH to Windows (Win32-OpenSSH): the same collector, streamed over stdin. Knows hosts, log-ons and jobs; must never
 * know what a script asks for or what its output means.
 */
import type { SshSettings } from '../../core/host.ts';
import type { Logon } from '../../core/secret.ts';
import { Steps } from '../steps.ts';
import type { Endpoint, OpenContext, Session, Transport } from '../transport.ts';
import { connectSsh } from './connect.ts';
import { SshSession } from './session.ts';

export const ssh: Transport<SshSettings> = {
  async open(
    endpoint: Endpoint,
    settings: SshSettings,
    logon: Logon,
    context: OpenContext,
  ): Promise<Session> {
    const { admit, onHello, onCommand, signal } = context;
    const steps = new Steps(context);
    const ask = { endpoint, settings, logon, admit, ...(onHello && { onHello }) };
    const connection = await connectSsh(ask, steps, signal);
    return new SshSession({ connection, steps, onCommand });
  },
};
