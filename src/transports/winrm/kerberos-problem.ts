/** What Kerberos failures mean: by the codes of the library (MIT krb5, error table `krb5`; Heimdal shares them). */
import { ContactError } from '../../core/contact.ts';
import { quote } from './host-text.ts';
import { GssError, NoGss } from './gss.ts';

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
const UNKNOWN_SERVICE: Meaning = {
  code: '0x80090303',
  say: (spn) =>
    `the directory knows no service principal ${spn}; use the full name of the host, or set winrm.spn_host`,
};
const NO_WAY: Meaning = {
  code: '0x80090303',
  say: (spn) =>
    `no way from our realm to that of ${spn}; check domain_realm in krb5.conf and the trust between the domains`,
};
const WRONG_PASSWORD: Meaning = {
  code: REFUSED,
  say: () => 'the domain controller refused the password or the key; it is not tried again',
};
const PASSWORD_EXPIRED: Meaning = {
  code: REFUSED,
  say: () => 'the password of the account has expired; change it',
};
const REVOKED: Meaning = { code: REFUSED, say: () => 'the account is locked, disabled or expired' };
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

const BY_CODE: ReadonlyMap<number, Meaning> = new Map([
  [6, UNKNOWN_USER],
  [7, UNKNOWN_SERVICE],
  [14, NO_SHARED_KEY],
  [18, REVOKED],
  [23, PASSWORD_EXPIRED],
  [24, WRONG_PASSWORD],
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

/** GSS_S_NO_CRED, GSS_S_DEFECTIVE_CREDENTIAL, GSS_S_CREDENTIALS_EXPIRED (RFC 2744, 3.9.1). */
const BY_MAJOR: ReadonlyMap<number, Meaning> = new Map([
  [7, NO_TICKET],
  [10, NO_TICKET],
  [11, EXPIRED],
]);

/**
 * What kinit(1) printed, in its untranslated words: the program ends with 1 whatever it was.
 * Others than these are quoted.
 */
const BY_WORDS: readonly (readonly [RegExp, Meaning])[] = [
  [/Password expired|must change it now|KEY_EXP/, PASSWORD_EXPIRED],
  [/Password incorrect|Preauthentication failed/, WRONG_PASSWORD],
  [/not found in Kerberos database/, UNKNOWN_USER],
  [/revoked/, REVOKED],
  [/Clock skew/, SKEW],
  [/Cannot (contact|resolve)/, NO_KDC],
  [/Cannot find KDC|Cannot determine realm/, NO_KDC],
  [/no support for encryption type|encryption type/, NO_SHARED_KEY],
];

/** @param target the service principal that was asked for, `HTTP/host`, or the user. */
export function kerberosProblem(error: unknown, target: string): ContactError {
  if (error instanceof ContactError) return error;
  if (error instanceof NoGss) {
    const message = `Kerberos needs a GSSAPI library, and ${error.message}; apt install libgssapi-krb5-2, then npm ci`;
    return new ContactError({ stage: 'auth', code: 'AUTH_UNAVAILABLE', message }, { cause: error });
  }
  const text = error instanceof Error ? error.message : String(error);
  const meaning = meaningOf(error, text);
  const message = meaning?.say(target) ?? `Kerberos for ${target} failed: ${quote(text, 120)}`;
  const code = meaning?.code ?? 'KERBEROS';
  return new ContactError({ stage: 'auth', code, message }, { cause: error });
}

function meaningOf(error: unknown, text: string): Meaning | undefined {
  if (!(error instanceof GssError)) return BY_WORDS.find(([words]) => words.test(text))?.[1];
  return BY_CODE.get(error.minor - BASE) ?? BY_MAJOR.get(error.major);
}
