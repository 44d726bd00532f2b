/** Of an update's body, for the servers that ours are measured against. */
export const updateSchema = {
  type: 'object',
  required: ['userId', 'scoreIncrement'],
  properties: { userId: { type: 'string', maxLength: 64 }, scoreIncrement: { type: 'integer', minimum: 1 } },
};
