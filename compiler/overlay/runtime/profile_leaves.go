package runtime

// What samples of the processor call the time that instructions take in the vm, after gc's functions that do the same. They are never
// called; the underscore keeps their names from those that programs link to.
func _malloc()            { _malloc() }
func _append()            { _append() }
func _memmove()           { _memmove() }
func _memclr()            { _memclr() }
func _concatstrings()     { _concatstrings() }
func _slicebytetostring() { _slicebytetostring() }
func _stringtoslicebyte() { _stringtoslicebyte() }
func _slicerunetostring() { _slicerunetostring() }
func _stringtoslicerune() { _stringtoslicerune() }
func _intstring()         { _intstring() }
func _decoderune()        { _decoderune() }
func _memequal()          { _memequal() }
func _cmpstring()         { _cmpstring() }
func _ifaceeq()           { _ifaceeq() }
func _typeassert()        { _typeassert() }
func _makemap()           { _makemap() }
func _mapaccess()         { _mapaccess() }
func _mapassign()         { _mapassign() }
func _mapdelete()         { _mapdelete() }
func _mapclear()          { _mapclear() }
func _mapiter()           { _mapiter() }
func _makechan()          { _makechan() }
func _chansend()          { _chansend() }
func _chanrecv()          { _chanrecv() }
func _closechan()         { _closechan() }
func _selectgo()          { _selectgo() }
func _newproc()           { _newproc() }
