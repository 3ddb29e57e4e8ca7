/** Names that identify nobody, and must not be masked as if they did. Data, and how to ask it. */

/** Public hosts that evidence is about. */
const PUBLIC_HOST =
  /(^|\.)(microsoft\.com|windowsupdate\.com|windows\.com|windows\.net|office\.com|office\.net|live\.com|msftconnecttest\.com|msftncsi\.com|azure\.com|azureedge\.net|aka\.ms|digicert\.com|w3\.org|xmlsoap\.org|asp\.net)$/i;

/** Domains that private networks are given (RFC 6762, appendix G; RFC 6761; RFC 8375). */
const PRIVATE_DOMAINS = words(
  'local lan corp internal intranet private home arpa localdomain example test invalid priv dmz',
);

const GENERIC_DOMAINS = words('com net org edu gov mil int info biz io cloud app dev eu');

/** Country codes; those that files end in (`.cs`, `.pl`, `.so`) are left out. */
const COUNTRIES =
  words(`de it fr es pt nl be ch at uk ie se no dk fi cz sk hu ro bg gr hr si lt lv ee us ca mx br
  ar cl au nz jp kr cn tw hk sg in id th vn za tr il ae ru ua lu li is mt cy`);

/** Programs of Windows that end like a domain. */
const PROGRAMS = words(
  'more format command diskcopy diskcomp mode tree chcp edit win graftabl keyb',
);

/** Registry hives, authorities and folders that stand before a backslash as a domain would. */
const NO_DOMAIN =
  words(`hklm hkcu hkcr hku machine registry software system sam security builtin authority service
  apppool manager host microsoft windows system32 syswow64 sysnative winsxs users device volume temp program files
  programdata appdata local roaming sources panther logs cbs dism inf softwaredistribution download drivers policies
  currentversion classes control services setup package packages cache installer bin lib src`);

/** Words that also stand for something else than a name; masked only where they stand as one. */
const WORDS =
  words(`host user name domain label mail share guid mac admin administrator administrators guest gast
  system local localhost localsystem network networkservice localservice public default defaultuser0 everyone users
  username account owner computer server servers client clients workstation desktop laptop pc office home corp corporate
  company lan internal intranet private example test invalid prod production staging dmz site group update updates
  windows microsoft wsus sccm mecm intune defender setup install installer installed installation uninstall package
  download downloads service services driver drivers security software hardware firmware error failed failure warning
  info information success unknown none null true false yes all any com net org edu gov info biz cloud app dev www ftp
  smtp dns ntp dhcp proxy gateway router print printer printers scan scanner file files folder backup data database sql
  web mail exchange sharepoint remote root temp log logs event events reboot restart pending state status time date
  start stop run disk volume recovery boot kernel store store policy registry command powershell cmd msi exe dll
  version build release production retail plant factory north south east west headquarters main branch datacenter`);

/** Hosts whose name everybody knows. */
export function isPublicHost(name: string): boolean {
  return PUBLIC_HOST.test(name);
}

/** Certificates of those whose software and servers everybody has. */
export function isMakersName(names: string): boolean {
  return (
    /\bO=(?:microsoft|digicert|verisign|symantec|globalsign)/i.test(names) && !/\bDC=/i.test(names)
  );
}

/** Whether a name may be masked wherever it stands, as a word among others. */
export function isTelling(name: string): boolean {
  return name.length >= 3 && !WORDS.has(name) && !/^\d+$/.test(name);
}

export function isDomainPlace(word: string): boolean {
  return !NO_DOMAIN.has(word) && !word.startsWith('hkey_');
}

/** Accounts and profiles that every Windows has. */
export function isCommonAccount(user: string): boolean {
  return /^(public|default|default user|all users|administrator|guest|system|localservice|networkservice|local service|network service|defaultuser\d*|defaultaccount|wdagutilityaccount|defaultapppool|trustedinstaller|anonymous logon)$/i.test(
    user,
  );
}

/** `co.uk` and its like: what many unrelated domains end in. */
export function isRegistrySuffix(domain: string): boolean {
  return !domain.includes('.') || /^(co|com|org|net|ac|gov|edu|or|ne|go)\.[a-z]{2}$/.test(domain);
}

/** Whether dotted words are a name of the DNS, and no file, namespace or abbreviation. */
export function looksLikeDns(name: string): boolean {
  const labels = name.split('.');
  const last = labels.at(-1)?.toLowerCase() ?? '';
  if (labels.length < 2 || labels.some((label) => !/^[a-z0-9_](?:[\w-]*[a-z0-9])?$/i.test(label)))
    return false;
  // Namespaces: `System.Net`, `Microsoft.NETCore.App`, `Contoso.Agent.Io`. Hosts are hardly ever written so.
  if (/^(microsoft|system|windows)\./i.test(name)) return false;
  if (labels.every((label) => /^[A-Z]/.test(label)) && /[a-z]/.test(name)) return false;
  if (PRIVATE_DOMAINS.has(last)) return true;
  const isLong = labels.length > 2 || (labels[0] ?? '').length > 2;
  if (GENERIC_DOMAINS.has(last)) return isLong && !PROGRAMS.has((labels[0] ?? '').toLowerCase());
  return COUNTRIES.has(last) && isLong;
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/));
}
