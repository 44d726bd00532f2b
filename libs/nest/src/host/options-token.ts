/** The injection token of the options as the host gave them. */
export const MODULE_OPTIONS_TOKEN = Symbol('options of the scoreboard');
