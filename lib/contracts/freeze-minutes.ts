/** How long a freeze lasts unless somebody says otherwise; apart, so that a browser needs no schema for it. */
export const FREEZE_MINUTES = 60;
