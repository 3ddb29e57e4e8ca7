/** Generated from schemas/evidence.schema.json by `npm run generate`. Do not edit. */

/**
 * Either what a collector brought back from the host, or the contact failure that kept it from doing so. A section that is absent was not asked for; one that was asked for and failed is listed in errors.
 */
export type EvidenceOfOneLookAtOneHost = Collected | ContactFailure;
/**
 * UTC, ISO 8601
 */
export type Time = string;
/**
 * 32-bit code, upper-case hexadecimal, 8 digits
 */
export type Hresult = string;
export type Kb = string;

export interface Collected {
  schema: "evidence/1";
  host: string;
  labels?: Labels;
  /**
   * by the console's clock; ages and end-of-support are measured against this, never against today
   */
  collectedAt: string;
  /**
   * host clock minus console clock
   */
  clockSkewSeconds?: number;
  collector?: {
    mode?: "powershell" | "cmd" | "file";
    /**
     * why not by PowerShell: code and sentence
     */
    reason?: string;
    elevated?: boolean;
    durationMs?: number;
    /**
     * sections cut short by a time or size limit
     */
    truncated?: string[];
  };
  os?: {
    /**
     * display text, any language
     */
    caption?: string;
    build: number;
    ubr?: number;
    /**
     * EditionID, e.g. Professional, EnterpriseS, ServerStandard
     */
    edition?: string;
    productType?: "workstation" | "server" | "domainController";
    arch?: "x64" | "x86" | "arm64";
    serverCore?: boolean;
    locale?: string;
    lastBoot?: Time;
    psVersion?: string;
    languageMode?: "FullLanguage" | "ConstrainedLanguage" | "RestrictedLanguage" | "NoLanguage";
    /**
     * an Extended Security Updates licence is active; null when it could not be told
     */
    esuLicensed?: boolean | null;
  };
  platform?: {
    manufacturer?: string;
    model?: string;
    virtual?: boolean;
    firmware?: "uefi" | "bios";
    secureBoot?: boolean | null;
    memoryBytes?: number;
    commitFreeBytes?: number;
    onAcPower?: boolean | null;
    batteryPercent?: number | null;
    tpmVersion?: string | null;
  };
  volumes?: {
    /**
     * C:, or null when unmounted
     */
    mount?: string | null;
    role: "system" | "efi" | "systemReserved" | "recovery" | "data";
    sizeBytes: number;
    /**
     * null when the volume has no readable file system
     */
    freeBytes: number | null;
    fileSystem?: string | null;
    dirty?: boolean | null;
  }[];
  /**
   * Items: a manual wuauserv, TrustedInstaller or msiserver that is stopped is normal (trigger start)
   */
  services?: {
    name: string;
    state: "running" | "stopped" | "startPending" | "stopPending" | "paused" | "missing";
    startMode?: "auto" | "autoDelayed" | "manual" | "disabled" | "unknown";
    win32ExitCode?: number;
  }[];
  reboot?: {
    /**
     * CBS RebootPending
     */
    cbs?: boolean;
    /**
     * CBS RebootInProgress
     */
    cbsInProgress?: boolean;
    /**
     * CBS PackagesPending
     */
    packagesPending?: boolean;
    /**
     * Auto Update RebootRequired
     */
    windowsUpdate?: boolean;
    /**
     * source paths; alone a weak sign
     */
    pendingFileRename?: string[];
    /**
     * WinSxS pending.xml exists
     */
    pendingXml?: boolean;
    computerRename?: boolean;
    domainJoin?: boolean;
    configMgr?: boolean | null;
    /**
     * non-zero = pending
     */
    updateExeVolatile?: number;
  };
  windowsUpdate?: {
    source?: "microsoft" | "wsus" | "wufb" | "configMgr" | "unknown";
    wsusServer?: string | null;
    susClientId?: string | null;
    /**
     * raw policy values; null or absent = not configured
     */
    policy?: {
      useWUServer?: number | null;
      noAutoUpdate?: number | null;
      auOptions?: number | null;
      disableWindowsUpdateAccess?: number | null;
      doNotConnectToWindowsUpdateInternetLocations?: number | null;
      disableDualScan?: number | null;
      deferQualityDays?: number | null;
      deferFeatureDays?: number | null;
      targetReleaseVersion?: number | null;
      qualityUpdateSource?: number | null;
      featureUpdateSource?: number | null;
      alwaysAutoRebootAtScheduledTime?: number | null;
      noAutoRebootWithLoggedOnUsers?: number | null;
      targetReleaseVersionInfo?: string | null;
      productVersion?: string | null;
      pausedUntil?: Time | null;
    };
    lastScanSuccess?: Time | null;
    lastInstallSuccess?: Time | null;
    /**
     * the scan this collection ran itself
     */
    scan?: {
      mode: "online" | "offline" | "none";
      at?: Time;
      durationMs?: number;
      result?: "succeeded" | "succeededWithErrors" | "failed" | "aborted" | "timedOut";
      hresult?: Hresult;
      warnings?: Hresult[];
    };
    /**
     * ids of Microsoft's feature-update holds
     */
    safeguardHolds?: string[];
    history?: {
      time: Time;
      operation: "install" | "uninstall";
      result: "succeeded" | "succeededWithErrors" | "failed" | "aborted" | "inProgress";
      hresult?: Hresult;
      /**
       * installer's own exit code, as WUA kept it
       */
      unmappedCode?: number;
      title?: string;
      kb?: Kb | null;
      updateId?: string;
      revision?: number;
      /**
       * ClientApplicationID
       */
      client?: string;
    }[];
    applicable?: {
      title: string;
      kb?: Kb | null;
      updateId?: string;
      /**
       * category ids or names; names are localised
       */
      categories?: string[];
      type?: "software" | "driver";
      msrcSeverity?: string | null;
      cveIds?: string[];
      downloaded?: boolean;
      hidden?: boolean;
      rebootRequired?: boolean;
      canRequestUserInput?: boolean;
      sizeBytes?: number;
      releasedAt?: Time;
    }[];
  };
  events?: {
    log: string;
    provider: string;
    id: number;
    /**
     * 1 critical, 2 error, 3 warning, 4 information
     */
    level?: number;
    time: Time;
    /**
     * equal events folded into this one; time is the latest
     */
    count?: number;
    /**
     * EventData/UserData by field name; param1.. for classic providers
     */
    data?: {
      [k: string]: string | number | boolean | null | undefined;
    };
    /**
     * display text, any language
     */
    message?: string;
  }[];
  hotfixes?: {
    kb: Kb;
    installedOn?: string | null;
  }[];
  /**
   * only packages not plainly installed, and the newest rollup
   */
  packages?: {
    name: string;
    state:
      | "absent"
      | "uninstallPending"
      | "resolved"
      | "staged"
      | "superseded"
      | "installPending"
      | "partiallyInstalled"
      | "installed"
      | "permanent";
    installedAt?: Time;
    lastError?: Hresult;
  }[];
  componentStore?: {
    health?: "healthy" | "repairable" | "nonRepairable" | "unknown";
    checkedAt?: Time;
  };
  runtimes?: {
    dotnetFrameworkRelease?: number | null;
    dotnet?: string[];
    vcRedist?: {
      name?: string;
      version: string;
    }[];
  };
  reliability?: {
    time: Time;
    source: string;
    id: number;
    product?: string;
    message?: string;
  }[];
  /**
   * installers, servicing and setup processes only
   */
  processes?: {
    name: string;
    pid?: number;
    parent?: string;
    startedAt?: Time;
    commandLine?: string;
  }[];
  installer?: {
    inProgress?: boolean;
    holder?: string | null;
  };
  network?: {
    winHttpProxy?: string | null;
    proxyBypass?: string | null;
    metered?: boolean | null;
    /**
     * Schannel/WinHTTP lets a client use TLS 1.2; null = not looked at
     */
    tls12Client?: boolean | null;
    probes?: {
      target: string;
      via?: "direct" | "proxy";
      resolved?: boolean | null;
      connected?: boolean | null;
      tls?: "ok" | "failed" | "notTried";
      status?: number | null;
      error?: string | null;
      code?: Hresult;
    }[];
  };
  recovery?: {
    winreEnabled?: boolean | null;
    winrePartitionFreeBytes?: number | null;
    winrePartitionSizeBytes?: number | null;
    bitlocker?: "on" | "off" | "suspended" | "unknown";
  };
  security?: {
    products?: {
      name: string;
      realtime?: boolean | null;
    }[];
    /**
     * third-party mini-filters
     */
    filterDrivers?: string[];
    appControlEnforced?: boolean | null;
    controlledFolderAccess?: boolean | null;
  };
  tasks?: {
    path: string;
    enabled?: boolean;
    lastRun?: Time | null;
    lastResult?: Hresult;
    missedRuns?: number;
  }[];
  agents?: {
    product: string;
    version?: string;
    state?: "running" | "stopped" | "missing" | "degraded";
    lastCheckIn?: Time;
    lastAudit?: Time;
    policyAssigned?: boolean | null;
    maintenanceWindow?: string | null;
    deployments?: {
      kb?: Kb | null;
      title?: string;
      approval?: "approved" | "notApproved" | "declined" | "ignored" | "inactive" | "unknown";
      detection?: "patched" | "notPatched" | "notApplicable" | "unknown";
      detectedAt?: Time;
      deployedAt?: Time;
      attempts?: number;
      maxAttempts?: number;
      exitCode?: number | null;
      payloadOnServer?: boolean | null;
      inLabel?: boolean | null;
    }[];
  }[];
  /**
   * only lines that carry a failure and a little around it
   */
  logs?: {
    cbs?: {
      time?: Time;
      level?: "error" | "warning" | "info";
      /**
       * file name, when not the section's usual one
       */
      file?: string;
      text: string;
    }[];
    windowsUpdate?: {
      time?: Time;
      level?: "error" | "warning" | "info";
      /**
       * file name, when not the section's usual one
       */
      file?: string;
      text: string;
    }[];
    dism?: {
      time?: Time;
      level?: "error" | "warning" | "info";
      /**
       * file name, when not the section's usual one
       */
      file?: string;
      text: string;
    }[];
    setup?: {
      time?: Time;
      level?: "error" | "warning" | "info";
      /**
       * file name, when not the section's usual one
       */
      file?: string;
      text: string;
    }[];
    setupapi?: {
      time?: Time;
      level?: "error" | "warning" | "info";
      /**
       * file name, when not the section's usual one
       */
      file?: string;
      text: string;
    }[];
    msi?: {
      time?: Time;
      level?: "error" | "warning" | "info";
      /**
       * file name, when not the section's usual one
       */
      file?: string;
      text: string;
    }[];
    thirdParty?: {
      time?: Time;
      level?: "error" | "warning" | "info";
      /**
       * file name, when not the section's usual one
       */
      file?: string;
      text: string;
    }[];
  };
  /**
   * a marker an operator's own script left in the registry: a hint that can be stale
   */
  audit?: {
    lastPatchError?: string;
    auditDate?: Time;
  };
  errors?: {
    section: string;
    hresult?: Hresult;
    message?: string;
  }[];
}
/**
 * from the inventory (site, group, ring ...), stamped by the console, never collected
 */
export interface Labels {
  [k: string]: string | undefined;
}
export interface ContactFailure {
  schema?: "evidence/1";
  host: string;
  labels?: Labels;
  contactedAt?: Time;
  contact: {
    stage: "relay" | "dns" | "tcp" | "tls" | "http" | "auth" | "shell" | "collector" | "timeout";
    transport?: "winrm-http" | "winrm-https" | "ssh" | "local";
    /**
     * errno name, HTTP status, WSMan/Win32 code or SSH reason
     */
    code: string;
    address?: string;
    message?: string;
    elapsedMs?: number;
    /**
     * jump host or gateway in use
     */
    relay?: string;
    /**
     * with stage timeout: the step that did not end
     */
    during?: "tls" | "http" | "auth" | "shell" | "collector";
  };
}
