/** What goes wrong with a PowerShell endpoint, in words that name it. Decided by codes and ids, never by text. */
import { ContactError } from '../../../core/contact.ts';
import { FAULT, faultCode, faultProblem } from '../faults.ts';
import { quote } from '../host-text.ts';
import type { Fault } from '../reply.ts';
import type { RemoteError } from './server-messages.ts';

/** Who asks which session configuration. */
export interface Visitor {
  readonly endpoint: string;
  readonly account: string;
}

// No plug-in answers to the URI; 0x8033803B is what a wrong name gets (ERROR_WSMAN_INVALID_RESOURCE_URI, wsmerror.h).
const NO_ENDPOINT: ReadonlySet<string> = new Set([
  '0x80338000',
  '0x8033803B',
  '0x80338190',
  '0x803381C6',
]);
const RUN_AS_FAILED = '0x803381DF';

/** The problem a fault is for someone at an endpoint; what has nothing to do with endpoints is told as ever. */
export function endpointFault(fault: Fault, { endpoint, account }: Visitor): ContactError {
  const code = faultCode(fault);
  const name = quote(endpoint);
  if (code !== undefined && NO_ENDPOINT.has(code)) {
    const message = `the host has no session configuration "${name}"; see Get-PSSessionConfiguration there, or register it`;
    return new ContactError({ stage: 'shell', code, message });
  }
  if (code === FAULT.accessDenied) {
    const message = `${quote(account)} signed in but may not use the endpoint "${name}"; ask for membership in the group of its role`;
    return new ContactError({ stage: 'shell', code, message });
  }
  if (code === RUN_AS_FAILED) {
    const message = `the endpoint "${name}" cannot log on the account it runs as; register it anew there`;
    return new ContactError({ stage: 'shell', code, message });
  }
  return faultProblem(fault, account);
}

/** The endpoint took us in and then did not start. */
export function endpointBroken(endpoint: string, error: RemoteError | undefined): ContactError {
  const why = error === undefined ? 'without saying why' : `: ${quote(error.message, 120)}`;
  const message = `the endpoint "${quote(endpoint)}" did not start${error === undefined ? ' ' : ''}${why}; check its module and role file there`;
  return new ContactError({ stage: 'shell', code: error?.hresult ?? 'ENDPOINT_BROKEN', message });
}

/** It starts, but has nothing to run: neither the command nor scripts. */
export function noCommand(endpoint: string, command: string): ContactError {
  const message = `the endpoint "${quote(endpoint)}" has no ${command} and runs no scripts; write it anew: patchwhy collector jea`;
  return new ContactError({ stage: 'collector', code: 'NO_FUNCTION', message });
}

export function otherCommand(endpoint: string, command: string): ContactError {
  const message = `the ${command} of the endpoint "${quote(endpoint)}" is of another version; write it anew: patchwhy collector jea`;
  return new ContactError({ stage: 'collector', code: 'OTHER_FUNCTION', message });
}

export function noCommandLines(endpoint: string): ContactError {
  const message = `the endpoint "${quote(endpoint)}" runs PowerShell only, no command lines`;
  return new ContactError({ stage: 'shell', code: 'NO_CMD', message });
}
