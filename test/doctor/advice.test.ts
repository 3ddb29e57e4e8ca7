/** From a failed contact to its cause and to advice: every stage and code that contact can end with. */
import { describe, expect, test } from 'vitest';
import { shippedCatalogue } from '../../src/cli/catalogue.ts';
import { hostId } from '../../src/core/host.ts';
import { adviceFor, type ContactFacts } from '../../src/doctor/advice.ts';
import { createJudge } from '../../src/engine/judge.ts';

const catalogue = shippedCatalogue();

function causeOf(contact: ContactFacts): string {
  const look = { kind: 'contact' as const, contact: { host: 'x', contact: { ...contact } } };
  const outcome = createJudge(catalogue).judge(hostId('x'), look);
  return outcome.kind === 'skipped' ? 'skipped' : outcome.verdict.cause;
}

type Row = [
  stage: ContactFacts['stage'],
  code: string,
  cause: string,
  first: RegExp,
  extra?: Partial<ContactFacts>,
];

const SSH = { transport: 'ssh' } as const;

test.each<Row>([
  ['relay', 'ECONNREFUSED', 'contact-relay-down', /jump host/],
  ['relay', 'HOST_KEY_CHANGED', 'contact-relay-down', /jump host/],
  ['relay', 'PERMISSION_DENIED', 'contact-relay-down', /refuses our key/],
  ['relay', 'ENOTFOUND', 'contact-relay-down', /misspelt/],
  ['relay', 'FORWARDING_FORBIDDEN', 'contact-relay-down', /AllowTcpForwarding/],
  ['dns', 'ENOTFOUND', 'contact-dns', /misspelt/],
  ['dns', 'EAI_AGAIN', 'contact-dns', /no DNS server/],
  ['tcp', 'ECONNREFUSED', 'contact-refused', /winrm quickconfig/],
  ['tcp', 'ECONNREFUSED', 'contact-refused', /sshd/, SSH],
  ['tcp', 'ECONNRESET', 'contact-refused', /firewall/],
  ['tcp', 'ETIMEDOUT', 'contact-unreachable', /off, asleep/],
  ['tcp', 'ETIMEDOUT', 'contact-unreachable', /off, asleep/, SSH],
  ['tcp', 'EHOSTUNREACH', 'contact-unreachable', /VPN/],
  ['tcp', 'ENETUNREACH', 'contact-unreachable', /VPN/],
  ['tls', 'CERT_HAS_EXPIRED', 'contact-tls', /expired/],
  ['tls', 'CERT_NOT_YET_VALID', 'contact-tls', /clock/],
  ['tls', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'contact-tls', /winrm\.ca/],
  ['tls', 'SELF_SIGNED_CERT_IN_CHAIN', 'contact-tls', /winrm\.ca/],
  ['tls', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'contact-tls', /winrm\.ca/],
  ['tls', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'contact-tls', /winrm\.ca/],
  ['tls', 'ERR_TLS_CERT_ALTNAME_INVALID', 'contact-tls', /server_name/],
  ['tls', 'EPROTO', 'contact-tls', /does not speak TLS/],
  ['tls', 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'contact-tls', /does not speak TLS/],
  ['tls', 'HOST_KEY_UNKNOWN', 'contact-tls', /never met/, SSH],
  ['tls', 'HOST_KEY_CHANGED', 'contact-tls', /installed anew/, SSH],
  ['http', '400', 'contact-not-winrm', /groups/],
  ['http', '403', 'contact-not-winrm', /proxy/],
  ['http', '404', 'contact-refused', /another web server/],
  ['http', '405', 'contact-not-winrm', /something else/],
  ['http', '407', 'contact-not-winrm', /proxy/],
  ['http', '301', 'contact-not-winrm', /something else/],
  ['http', '413', 'contact-shell-failed', /MaxEnvelopeSizekb/],
  ['http', '500', 'contact-shell-failed', /failed/],
  ['http', '502', 'contact-not-winrm', /proxy/],
  ['http', '503', 'contact-shell-failed', /stopped/],
  ['http', 'NOT_WSMAN', 'contact-not-winrm', /something else/],
  ['http', 'BAD_REPLY', 'contact-shell-failed', /restarting/],
  ['http', 'CUT_OFF', 'contact-shell-failed', /restarting/],
  ['http', 'ECONNRESET', 'contact-shell-failed', /restarting/],
  ['auth', '401', 'contact-auth', /password is wrong/],
  ['auth', '401', 'contact-auth', /administrators_authorized_keys/, SSH],
  ['auth', 'AUTH_UNAVAILABLE', 'contact-auth', /switched off/],
  ['auth', 'AUTH_UNAVAILABLE', 'contact-auth', /does not take what we have/, SSH],
  ['auth', '0x8009030C', 'contact-auth', /password is wrong/],
  ['auth', '0x80090322', 'contact-auth', /two accounts/],
  ['auth', '0x80090303', 'contact-auth', /full name/],
  ['auth', '0x80090311', 'contact-auth', /domain controller/],
  ['auth', '0x8009030E', 'contact-auth', /ticket/],
  ['auth', '0x80090324', 'clock-skew', /five minutes/],
  ['auth', 'KRB_AP_ERR_SKEW', 'clock-skew', /five minutes/],
  ['shell', '0x80070005', 'contact-denied', /Administrators/],
  ['shell', '0x80338106', 'contact-denied', /Administrators/],
  ['shell', '0x803381A5', 'contact-shell-failed', /left shells open/],
  ['shell', '0x803381A6', 'contact-shell-failed', /left shells open/],
  ['shell', '0x803381A7', 'contact-shell-failed', /slows/],
  ['shell', '0x803381E4', 'contact-shell-failed', /left shells open/],
  ['shell', '0x803381AC', 'contact-shell-failed', /AllowRemoteShellAccess/],
  ['shell', '0x803381DD', 'contact-shell-failed', /AllowRemoteShellAccess/],
  ['shell', '0x803381AB', 'contact-shell-failed', /left shells open/],
  ['shell', '0x803381EA', 'contact-shell-failed', /memory/],
  ['shell', '0x8033805B', 'contact-shell-failed', /restarted/],
  ['shell', '0x80338000', 'contact-shell-failed', /endpoint/],
  ['shell', '0x803381DF', 'contact-shell-failed', /RunAs/],
  ['collector', 'NOISE', 'contact-shell-failed', /writes into the output/],
  ['collector', 'CUT_OFF', 'contact-shell-failed', /writes into the output/],
  ['collector', 'BLOCKED', 'contact-shell-failed', /virus scanner/],
  ['collector', 'NO_POWERSHELL', 'contact-shell-failed', /powershell\.exe/],
  ['collector', '0x8007000E', 'contact-shell-failed', /MaxMemoryPerShellMB/],
  ['collector', '-1073741502', 'contact-shell-failed', /desktop heap/],
  ['collector', '1', 'contact-shell-failed', /ended before/],
  ['timeout', 'LIMIT', 'contact-timeout', /nothing speaks TLS/, { during: 'tls' }],
  ['timeout', 'LIMIT', 'contact-timeout', /hangs/, { during: 'http' }],
  ['timeout', 'LIMIT', 'contact-timeout', /domain controller/, { during: 'auth' }],
  ['timeout', 'LIMIT', 'contact-timeout', /processes start slowly/, { during: 'shell' }],
  ['timeout', 'LIMIT', 'contact-timeout', /WMI hangs/, { during: 'collector' }],
])('%s %s is %s, and its first reason says %s', (stage, code, cause, first, extra = {}) => {
  const contact: ContactFacts = { stage, code, transport: 'winrm-http', ...extra };
  expect(causeOf(contact)).toBe(cause);
  expect(adviceFor(contact).reasons[0]).toMatch(first);
});

describe('a code nobody has met', () => {
  const stages: readonly ContactFacts['stage'][] = [
    'relay',
    'dns',
    'tcp',
    'tls',
    'http',
    'auth',
    'shell',
    'collector',
    'timeout',
  ];
  test.each(stages)('at stage %s has advice all the same', (stage) => {
    for (const transport of ['winrm-http', 'ssh', 'local'] as const) {
      const { reasons } = adviceFor({ stage, code: 'NEVER_SEEN', transport });
      expect(reasons.length).toBeGreaterThan(0);
      expect(reasons.join()).not.toContain('nothing is known');
    }
  });
});
