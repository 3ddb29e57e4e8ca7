/** Display text in the four languages of the fleet; no verdict may depend on it. */
export type Locale = 'it-IT' | 'de-DE' | 'ja-JP' | 'en-US';

interface Words {
  readonly cumulative: (month: string, product: string) => string;
  readonly security: (month: string, product: string) => string;
  readonly dotnet: (month: string, product: string) => string;
  readonly definition: string;
  readonly malware: string;
  readonly accessDenied: string;
  readonly manual: string;
  readonly disabled: string;
  readonly spooler: string;
  readonly orchestrator: string;
}

const ITALIAN: Words = {
  cumulative: (month, product) =>
    `${month} Aggiornamento cumulativo per ${product} per sistemi basati su x64`,
  security: (month, product) =>
    `${month} Aggiornamento della sicurezza per ${product} per sistemi basati su x64`,
  dotnet: (month, product) =>
    `${month} Aggiornamento cumulativo per .NET Framework 3.5 e 4.8.1 per ${product} per x64`,
  definition: "Aggiornamento dell'intelligence di sicurezza per Microsoft Defender Antivirus",
  malware: 'Strumento di rimozione malware di Windows x64',
  accessDenied: 'Accesso negato.',
  manual: 'avvio su richiesta',
  disabled: 'disabilitato',
  spooler: 'Spooler di stampa',
  orchestrator: 'Servizio agente di orchestrazione aggiornamenti',
};

const GERMAN: Words = {
  cumulative: (month, product) =>
    `${month} Kumulatives Update für ${product} für x64-basierte Systeme`,
  security: (month, product) =>
    `${month} Sicherheitsupdate für ${product} für x64-basierte Systeme`,
  dotnet: (month, product) =>
    `${month} Kumulatives Update für .NET Framework 3.5 und 4.8.1 für ${product} für x64`,
  definition: 'Security Intelligence-Update für Microsoft Defender Antivirus',
  malware: 'Windows-Tool zum Entfernen bösartiger Software x64',
  accessDenied: 'Zugriff verweigert',
  manual: 'Manuell starten',
  disabled: 'Deaktiviert',
  spooler: 'Druckwarteschlange',
  orchestrator: 'Update Orchestrator Service',
};

const JAPANESE: Words = {
  cumulative: (month, product) => `${month} x64 ベース システム用 ${product} の累積更新プログラム`,
  security: (month, product) =>
    `${month} x64 ベース システム用 ${product} のセキュリティ更新プログラム`,
  dotnet: (month, product) =>
    `${month} x64 用 ${product} 向け .NET Framework 3.5 および 4.8.1 の累積的な更新プログラム`,
  definition: 'Microsoft Defender Antivirus のセキュリティ インテリジェンス更新プログラム',
  malware: '悪意のあるソフトウェアの削除ツール x64',
  accessDenied: 'アクセスが拒否されました。',
  manual: 'オンデマンドの開始',
  disabled: '無効',
  spooler: 'Print Spooler',
  orchestrator: 'Update Orchestrator Service',
};

const ENGLISH: Words = {
  cumulative: (month, product) => `${month} Cumulative Update for ${product} for x64-based Systems`,
  security: (month, product) => `${month} Security Update for ${product} for x64-based Systems`,
  dotnet: (month, product) =>
    `${month} Cumulative Update for .NET Framework 3.5 and 4.8.1 for ${product} for x64`,
  definition: 'Security Intelligence Update for Microsoft Defender Antivirus',
  malware: 'Windows Malicious Software Removal Tool x64',
  accessDenied: 'Access is denied.',
  manual: 'demand start',
  disabled: 'disabled',
  spooler: 'Print Spooler',
  orchestrator: 'Update Orchestrator Service',
};

const WORDS: Readonly<Record<Locale, Words>> = {
  'it-IT': ITALIAN,
  'de-DE': GERMAN,
  'ja-JP': JAPANESE,
  'en-US': ENGLISH,
};

export function words(locale: Locale): Words {
  return WORDS[locale];
}
