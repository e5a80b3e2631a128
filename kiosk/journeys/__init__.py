"""What people do at the station, one file each; ports to the outside as ``typing.Protocol``."""
