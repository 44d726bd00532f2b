export * from './change-profile';
export * from './derived-user-ids';
export * from './follow-profiles';
export * from './name-players';
export * from './player-name';
export * from './profiles';
export * from './read-profile';
export * from './resolve-profiles';
