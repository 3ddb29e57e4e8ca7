/** What Kerberos failures mean: by the codes of the library (MIT krb5, error table `krb5`; Heimdal shares them), or of SSPI. */
import { ContactError } from '../../core/contact.ts';
import { quote } from './host-text.ts';
import { GssError, NoLibrary } from './gss.ts';
import { SEC_E, SspiError } from './sspi.ts';

/** Codes of the table, from its base. */
const BASE = -1_765_328_384;

interface Meaning {
  readonly code: string;
  readonly say: (target: string) => string;
}

const REFUSED = '0x8009030C';
const UNKNOWN_USER: Meaning = {
  code: 'KDC_ERR_C_PRINCIPAL_UNKNOWN',
  say: (user) =>
    `the directory does not know ${user}; check user and realm (capitals): user@ACME.EXAMPLE`,
};
const NO_SERVICE: Meaning = {
  code: '0x80090303',
  say: (spn) =>
    `the directory knows no service principal ${spn}; use the full name of the host, or set winrm.spn_host`,
};
const NO_WAY: Meaning = {
  code: '0x80090303',
  say: (spn) =>
    `no way from our realm to that of ${spn}; check domain_realm in krb5.conf and the trust between the domains`,
};
const UNKNOWN_REALM: Meaning = {
  code: '0x80090311',
  say: (user) =>
    `no domain controller is known for the realm of ${user}; check the realm, krb5.conf and DNS`,
};
const WRONG_PASSWORD: Meaning = {
  code: REFUSED,
  say: (user) =>
    `the domain controller refused the password or key of ${user}; it is not tried again`,
};
const PASSWORD_EXPIRED: Meaning = {
  code: REFUSED,
  say: (user) => `the password of ${user} has expired; change it`,
};
const ACCOUNT_EXPIRED: Meaning = {
  code: REFUSED,
  say: (user) => `the account ${user} has expired; it is not tried again`,
};
const REVOKED: Meaning = {
  code: REFUSED,
  say: (user) => `${user} is locked or disabled; it is not tried again`,
};
const NOT_NOW: Meaning = {
  code: REFUSED,
  say: (user) => `the domain controller's policy refuses ${user} (hours, place or kind of log-on)`,
};
const EXPIRED: Meaning = {
  code: 'TICKET_EXPIRED',
  say: () => 'the Kerberos ticket has expired; get a new one: kinit USER@REALM',
};
const SKEW: Meaning = {
  code: '0x80090324',
  say: () =>
    'the clocks of this machine, the domain controller and the host differ by more than five minutes; set the time first',
};
const OTHER_MACHINE: Meaning = {
  code: '0x80090322',
  say: (spn) =>
    `the host is not who the directory means by ${spn}: a stale DNS entry, or two accounts with that principal; see setspn -X`,
};
const NO_KDC: Meaning = {
  code: '0x80090311',
  say: () => 'no domain controller answers (port 88); check krb5.conf and DNS',
};
const NO_KEY: Meaning = {
  code: '0x8009030E',
  say: (user) => `the keytab has no key for ${user || 'anybody'}; list it: klist -k FILE`,
};
const NO_SHARED_KEY: Meaning = {
  code: 'KDC_ERR_ETYPE_NOSUPP',
  say: () =>
    'account and domain controller share no way of encrypting; set the password anew, so that it gets AES keys',
};
const NO_TICKET: Meaning = {
  code: '0x8009030E',
  say: () =>
    'there is no Kerberos ticket; get one: kinit USER@REALM (KRB5CCNAME names its cache), or give a keytab',
};

const NO_TICKET_OF: Meaning = {
  code: NO_TICKET.code,
  say: (user) => `no ticket cache has a ticket of ${user}; get one: kinit ${user}`,
};

/** By the offset from the base of the table. */
const BY_CODE: ReadonlyMap<number, Meaning> = new Map([
  [7, NO_SERVICE],
  [12, NOT_NOW],
  [14, NO_SHARED_KEY],
  [18, REVOKED],
  [31, OTHER_MACHINE],
  [32, EXPIRED],
  [35, OTHER_MACHINE],
  [37, SKEW],
  [41, OTHER_MACHINE],
  [68, NO_WAY],
  [141, NO_TICKET],
  [154, NO_WAY],
  [156, NO_KDC],
  [181, NO_TICKET],
  [195, NO_TICKET],
  [213, NO_TICKET],
  [220, NO_KDC],
]);

/** While a password or keytab gets its ticket some of them mean something else. */
const BY_CODE_OF_USER: ReadonlyMap<number, Meaning> = new Map([
  ...BY_CODE,
  [1, ACCOUNT_EXPIRED],
  [6, UNKNOWN_USER],
  [7, UNKNOWN_USER],
  [23, PASSWORD_EXPIRED],
  [24, WRONG_PASSWORD],
  [31, WRONG_PASSWORD],
  [68, UNKNOWN_REALM],
  [154, UNKNOWN_REALM],
  [181, NO_KEY],
  [195, NO_KEY],
  [203, NO_KEY],
]);

/** GSS_S_NO_CRED, GSS_S_DEFECTIVE_CREDENTIAL, GSS_S_CREDENTIALS_EXPIRED, GSS_S_CONTEXT_EXPIRED (RFC 2744, 3.9.1). */
const BY_MAJOR: ReadonlyMap<number, Meaning> = new Map([
  [7, NO_TICKET],
  [10, NO_TICKET],
  [11, EXPIRED],
  [12, EXPIRED],
]);

const NO_SESSION: Meaning = {
  code: NO_TICKET.code,
  say: () =>
    'this session has no Kerberos log-on; log on to Windows with an account of the domain (klist), or give user and password',
};
const NO_KDC_OF_WINDOWS: Meaning = {
  code: NO_KDC.code,
  say: () =>
    'no domain controller answers (port 88), or Windows does not know the domain; check DNS: nltest /dsgetdc:DOMAIN',
};
const NO_REFERRAL: Meaning = {
  code: '0x80090303',
  say: (spn) =>
    `no domain controller knows the way to ${spn}; use the full name of the host, and check the trust between the domains`,
};
const ENDED: Meaning = {
  code: EXPIRED.code,
  say: () => 'the Kerberos ticket has expired; lock and unlock this session, or log on again',
};

/** By SECURITY_STATUS (learn.microsoft.com, win32/secauthn/sspi-status-codes; numbers of winerror.h). */
const BY_STATUS: ReadonlyMap<number, Meaning> = new Map([
  [SEC_E.targetUnknown, NO_SERVICE],
  [SEC_E.logonDenied, WRONG_PASSWORD],
  [SEC_E.noCredentials, NO_SESSION],
  [SEC_E.noAuthority, NO_KDC_OF_WINDOWS],
  [SEC_E.contextExpired, ENDED],
  [SEC_E.wrongPrincipal, OTHER_MACHINE],
  [SEC_E.timeSkew, SKEW],
  [SEC_E.unableToRefer, NO_REFERRAL],
  [SEC_E.unknownEtype, NO_SHARED_KEY],
  [SEC_E.noKerberosKey, NO_SHARED_KEY],
]);

const WINDOWS = process.platform === 'win32';
const LIBRARY = WINDOWS ? 'SSPI' : 'a GSSAPI library';
const HOW_TO_INSTALL = WINDOWS ? 'npm ci' : 'apt install libgssapi-krb5-2, then npm ci';

/** The directory does not know the service: another one may be asked for. */
export const UNKNOWN_SERVICE = '0x80090303';

/** What the library was asked for: a ticket for a service, one for a user, or a user's ticket that is there already. */
type Asked = 'service' | 'user' | 'cache';

/**
 * @param target the service principal that was asked for, `HTTP/host`, or the user
 */
export function kerberosProblem(
  error: unknown,
  target: string,
  asked: Asked = 'service',
): ContactError {
  if (error instanceof ContactError) return error;
  if (error instanceof NoLibrary) {
    const message = `Kerberos needs ${LIBRARY}, and ${error.message}; ${HOW_TO_INSTALL}`;
    return new ContactError({ stage: 'auth', code: 'AUTH_UNAVAILABLE', message }, { cause: error });
  }
  const meaning = meaningOf(error, asked);
  const text = error instanceof Error ? error.message : String(error);
  const shown = quote(target, 80);
  const message = meaning?.say(shown) ?? `Kerberos for ${shown} failed: ${quote(text, 120)}`;
  const code = meaning?.code ?? 'KERBEROS';
  return new ContactError({ stage: 'auth', code, message }, { cause: error });
}

function meaningOf(error: unknown, asked: Asked): Meaning | undefined {
  if (error instanceof SspiError) return meaningOfStatus(error, asked);
  if (!(error instanceof GssError)) return undefined;
  const { minor, major } = error;
  const byCode = asked === 'user' ? BY_CODE_OF_USER : BY_CODE;
  const meaning = byCode.get(minor - BASE) ?? BY_MAJOR.get(major);
  return asked === 'cache' && meaning === NO_TICKET ? NO_TICKET_OF : meaning;
}

/** Locked, disabled, expired: whatever else Windows says of a user must not be tried on every host. */
function meaningOfStatus({ status, code, message }: SspiError, asked: Asked): Meaning {
  const known = BY_STATUS.get(status);
  if (known) return known;
  if (asked !== 'user') return { code, say: (spn) => `Kerberos for ${spn} failed: ${message}` };
  return {
    code: REFUSED,
    say: (user) => `Windows could not log on ${user} (${message}); it is not tried again`,
  };
}

/** A domain controller that keeps silent, which the library itself would wait for much longer. */
export function noController(how: string): ContactError {
  const message = `${NO_KDC.say('')} (${how})`;
  return new ContactError({ stage: 'auth', code: NO_KDC.code, message });
}

/** Whether asking again would only repeat it: a password was refused, or there is none to try. */
export function isLasting({ code }: ContactError): boolean {
  return code === REFUSED || code === UNKNOWN_USER.code || code === 'AUTH_UNAVAILABLE';
}

/** Whether a password was looked at and refused: no other way may try it then. */
export function isRefusal({ code }: ContactError): boolean {
  return code === REFUSED;
}
