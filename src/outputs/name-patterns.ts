/** How names and addresses look in the texts of Windows hosts. Each pattern is bounded: a host may write what it likes. */

export const LETTER = String.raw`[\p{L}\p{N}]`;
/** `DOMAIN\user` behind a word that says what it is, in the languages of many hosts. */
export const ACCOUNT_SAID =
  /(?:user(?:name)?|account|owner|by|as|for|logon|runas|credential|benutzer|konto|utilisateur|compte|utente|usuario|cuenta)["']?[\s:=]{1,3}["']?([\p{L}\p{N}._-]{1,64})\\([\p{L}\p{N}._$-]{1,64})(?![\\\p{L}\p{N}])/giu;
export const ACCOUNT_ALONE = /^([\p{L}\p{N}._-]{1,64})\\([\p{L}\p{N}._ $-]{1,64})$/u;
/** Of a name in the DNS (RFC 1035); accounts are shorter. */
export const LONGEST_NAME = 255;
export const FILE_END =
  /\.(dll|exe|log|xml|cab|msi|msp|msu|sys|inf|dat|ini|txt|ps1|cmd|bat|tmp|etl|evtx|mui|cat|mum|esd|wim)$/i;

const MAIL = String.raw`(?<mail>[\p{L}\p{N}._+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63})+)`;
const URL_START = String.raw`(?<scheme>\b[a-z][a-z0-9+.-]{1,10}://)(?<login>[^\s/@"'<>]{0,128}@)?(?<urlHost>\[[0-9a-f:.%]+\]|[^\s/:"'<>;,)\]\\?#]{1,255})`;
const SHARE = String.raw`\\\\(?<server>[\p{L}\p{N}][\p{L}\p{N}._-]{0,254})(?=\\)(?:\\(?!Users\\)(?<share>[^\\/:*?"<>|\r\n]{1,80}))?`;
const HOME = String.raw`(?<folder>[\\/](?:Users|Documents and Settings)[\\/])(?<profile>[^\\/:*?"<>|\r\n]{1,64}(?=[\\/])|[^\s\\/:*?"<>|,;')]{1,64})`;
const SID = String.raw`(?<sid>\bS-1-(?:5-21|12-1)(?:-\d{1,10}){3,15})(?!\d)`;
const MAC = String.raw`(?<mac>(?<![\p{L}\p{N}:-])(?:[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}|[0-9a-f]{4}(?:\.[0-9a-f]{4}){2})(?![\p{L}\p{N}:-]))`;
const IPV6 = String.raw`(?<ip6>(?<![\p{L}\p{N}_:.])[0-9a-f]{0,4}:[0-9a-f:]*:[0-9a-f:.]*(?:%\w+)?(?![\p{L}\p{N}_:]))`;
const IPV4 = String.raw`(?<ip4>(?<![\p{L}\p{N}_.~])(?:\d{1,3}\.){3}\d{1,3}(?!${LETTER}|_|~|\.${LETTER}))`;
// So many parts and no more: what is done with one grows with the square of them, and a host may write what it likes.
const TOKEN = String.raw`(?<token>${LETTER}{1,64}(?:(?:[.~-]|_{1,8})${LETTER}{1,64}){0,23})`;
/** A script in base64 may say anything. */
const ENCODED = String.raw`(?<encoded>(?<=\s[-/]e(?:c|nc[a-z]*)?\s+["']?)[a-z0-9+/=]{24,})`;
/** Of a directory or a certificate. */
const PATH_OF_NAMES = String.raw`(?<names>\b(?:CN|OU|DC)=[^,;="\r\n]{1,64}(?:,\s?(?:CN|OU|DC|O|L|S|ST|C)=[^,;="\r\n]{1,64}){1,15})`;
export const ANYTHING = new RegExp(
  [ENCODED, PATH_OF_NAMES, MAIL, URL_START, SHARE, HOME, SID, MAC, IPV6, IPV4, TOKEN].join('|'),
  'giu',
);

/** What matched, by the name of its part. */
export type Groups = Readonly<Record<string, string | undefined>>;
