/** A stream that a jump host did not open: is it the host behind, or the jump host itself? */
import { ContactError } from '../../core/contact.ts';

export type ChannelFailure =
  /** No answer within the limit. */
  | { readonly kind: 'silence' }
  /** SSH_MSG_CHANNEL_OPEN_FAILURE (RFC 4254, 5.1) with its reason code and description. */
  | { readonly kind: 'refusal'; readonly reason: unknown; readonly message: string };

const PROHIBITED = 1;
const CONNECT_FAILED = 2;
/** Refusals come at once; what takes longer was waited for. */
const AT_ONCE_MS = 3000;

/** The reason code says who is to blame; only which errno it was stands nowhere but in OpenSSH's untranslated text. */
export function channelProblem(
  failure: ChannelFailure,
  { name, port, jump }: { readonly name: string; readonly port: number; readonly jump: string },
  tookMs: number,
): ContactError {
  const from = `seen from jump host ${jump}`;
  if (failure.kind === 'silence') {
    const message = `port ${port}: no answer, ${from}: off, asleep, or a firewall drops it`;
    return new ContactError({ stage: 'tcp', code: 'ETIMEDOUT', message });
  }
  if (failure.reason !== CONNECT_FAILED) {
    const why =
      failure.reason === PROHIBITED
        ? 'its sshd forbids forwarding there (AllowTcpForwarding, PermitOpen)'
        : 'its sshd opens no more channels';
    const code = failure.reason === PROHIBITED ? 'FORWARDING_FORBIDDEN' : 'NO_CHANNEL';
    const message = `jump host ${jump}: no way to ${name}:${port}: ${why}`;
    return new ContactError({ stage: 'relay', code, message });
  }
  if (/name or service not known|no such host|not known|resolve/i.test(failure.message)) {
    const message = `the name ${name} does not exist, ${from}; check its spelling`;
    return new ContactError({ stage: 'dns', code: 'ENOTFOUND', message });
  }
  if (/unreachable|no route/i.test(failure.message)) {
    const message = `port ${port}: no route to the host, ${from}`;
    return new ContactError({ stage: 'tcp', code: 'EHOSTUNREACH', message });
  }
  if (/timed out/i.test(failure.message) || tookMs > AT_ONCE_MS) {
    const message = `port ${port}: no answer, ${from}: off, asleep, or a firewall drops it`;
    return new ContactError({ stage: 'tcp', code: 'ETIMEDOUT', message });
  }
  const message = `port ${port}: nothing listens there, ${from}; check the port and the service there`;
  return new ContactError({ stage: 'tcp', code: 'ECONNREFUSED', message });
}
