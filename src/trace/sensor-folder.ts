/** Where the sensor's volume stands in a container: the program, and the sockets over which it is heard. */
export const SENSOR_FOLDER = "/.cooper-sensor";
export const SENSOR_PROGRAM = `${SENSOR_FOLDER}/sensor`;
